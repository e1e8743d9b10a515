import { refresh } from "./endpoints.ts";
import type { Database } from "./model.ts";
import { record } from "./record.ts";
import type { Store } from "./store.ts";

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
  store.after(database, resolvesAt - world.clock.now(), async () => {
    const holders: Map<string, Database> = database.kind === "instance" ? store.instances : store.clusters;
    if (!holders.has(old)) database.formerNames.delete(old);
    if (await refresh(store, database)) record(store, database, "status");
  });
}
