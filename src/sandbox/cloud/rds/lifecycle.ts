import { refresh } from "./endpoints.ts";
import type { Database, DatabaseStatus, Instance } from "./model.ts";
import { record } from "./record.ts";
import { letsNobodyIn } from "./security-groups.ts";
import type { Store } from "./store.ts";

export function setStatus(store: Store, database: Database, status: DatabaseStatus, reason?: string): void {
  database.status = status;
  database.reason = reason;
  record(store, database, "status", reason);
}

/** The status that a database has when nothing is done to it. */
export const restOf = (database: Database): DatabaseStatus =>
  database.kind === "instance" ? database.rest : "available";

/** Ends what was done to a database. */
export async function settle(store: Store, database: Database): Promise<void> {
  database.fenced = letsNobodyIn(database.settings.VpcSecurityGroups);
  database.settling = true;
  try {
    await refresh(store, database);
  } finally {
    database.settling = false;
  }
  setStatus(store, database, restOf(database));
}

type Passage = { status: DatabaseStatus; ms: number; work?: () => Promise<void>; next: () => Promise<void> };

/** Shows a status for `ms` milliseconds, and until `work`, which begins at once, is done; then goes on. */
export function pass(store: Store, database: Database, { status, ms, work, next }: Passage): void {
  setStatus(store, database, status);
  const working = refresh(store, database).then(() => work?.());
  working.catch(() => {}); // looked at below, when the time has passed
  store.after(database, ms, async () => {
    await working;
    await next();
  });
}

/** Ends an instance's connections. Of a cluster's member, whose data others use too, that is all. */
export async function halt(store: Store, instance: Instance): Promise<void> {
  if (!instance.cluster) return store.databases.stop(instance.generation, "clean");
  instance.down = true;
  await refresh(store, instance);
}

export async function revive(store: Store, instance: Instance): Promise<void> {
  if (!instance.cluster) return store.databases.start(instance.generation);
  instance.down = false;
}
