import { refresh } from "./endpoints.ts";
import type { Database } from "./model.ts";
import { record } from "./record.ts";
import type { Store } from "./store.ts";

/** When a name leads to whoever takes it now: resolvers that cached it still know its former holder. */
export const leadsFrom = (store: Store, kind: Database["kind"], name: string): number => {
  const all: Iterable<Database> = kind === "instance" ? store.instances.values() : store.clusters.values();
  return [...all].find(({ formerNames }) => formerNames.has(name))?.resolvesAt ?? 0;
};

/** Lets a name lead to its new holder once resolvers have forgotten the former one. */
export function resolveLater(store: Store, database: Database): void {
  const { resolvesAt } = database;
  const waitMs = resolvesAt - store.world.clock.now();
  if (waitMs <= 0) return;
  store.after(database, waitMs, async () => {
    if (database.resolvesAt === resolvesAt && (await refresh(store, database))) record(store, database, "status");
  });
}

/**
 * Gives a database its new name. The old one is deleted from DNS at once and the new one resolves at `resolvesAt`. Where
 * `renamedNameResolvesStale` is on, resolvers that cached the old name reach this database by it until the name resolves to another one
 * that took it, or is forgotten.
 */
export function rename(store: Store, database: Database, { name, resolvesAt }: { name: string; resolvesAt: number }) {
  const { world } = store;
  const old = database.identifier;
  if (database.kind === "instance") {
    store.instances.delete(old);
    store.reserved.instances.delete(name);
    store.instances.set(name, database);
  } else {
    store.clusters.delete(old);
    store.reserved.clusters.delete(name);
    store.clusters.set(name, database);
  }
  database.identifier = name;
  database.resolvesAt = resolvesAt;
  database.formerNames.delete(name);
  if (world.switches.renamedNameResolvesStale) database.formerNames.add(old);
  record(store, database, "renamed");
  store.after(database, Math.max(0, resolvesAt - world.clock.now()), async () => {
    const holders: Map<string, Database> = database.kind === "instance" ? store.instances : store.clusters;
    if (!holders.has(old)) database.formerNames.delete(old);
    if (await refresh(store, database)) record(store, database, "status");
  });
}
