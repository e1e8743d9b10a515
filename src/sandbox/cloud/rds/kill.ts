import { lookedUp } from "./identifiers.ts";
import { record } from "./record.ts";
import { findCluster, findInstance, type Store } from "./store.ts";

/** Crashes a database, which of a cluster is that of all its members. It is started again after `rebootMs`. */
export async function kill(store: Store, identifier: string): Promise<void> {
  const { world, databases } = store;
  const isCluster = store.clusters.has(lookedUp(identifier)) && !store.instances.has(lookedUp(identifier));
  const database = isCluster ? findCluster(store, identifier) : findInstance(store, identifier);
  await databases.stop(database.generation, "crash");
  record(store, database, "status", "the database crashed");
  store.after(database, world.latencies.rds.rebootMs, async () => {
    if (["deleting", "stopping", "stopped"].includes(database.status)) return;
    await databases.start(database.generation);
    record(store, database, "status", "the database recovered");
  });
}
