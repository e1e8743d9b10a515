import { lookedUp } from "./identifiers.ts";
import { setStatus } from "./lifecycle.ts";
import { isUsable } from "./model.ts";
import { findCluster, findInstance, type Store } from "./store.ts";

/** What happens to databases by itself in the real world. */
export type Disturbance = {
  /** The next snapshot ends as `failed`. */
  failNextSnapshot?: boolean;
  /**
   * The instance's storage is full until it is enlarged. Only the status says so: the server's writes are not refused.
   */
  storageFull?: boolean;
  /** What AWS means to do, as DescribePendingMaintenanceActions shows it. */
  maintenance?: { action: string; description?: string; at?: string }[];
};

/** Of an instance, or else of the cluster with that identifier. Throws DBInstanceNotFound or DBClusterNotFound. */
export function disturb(
  store: Store,
  identifier: string,
  { failNextSnapshot, storageFull, maintenance }: Disturbance,
): void {
  const isInstance = store.instances.has(lookedUp(identifier)) || !store.clusters.has(lookedUp(identifier));
  const database = isInstance ? findInstance(store, identifier) : findCluster(store, identifier);
  if (failNextSnapshot !== undefined) database.failNextSnapshot = failNextSnapshot;
  if (maintenance !== undefined)
    database.maintenance = maintenance.map(({ action, description, at }) => ({
      Action: action,
      Description: description,
      ...(at && { CurrentApplyDate: new Date(at) }),
    }));
  if (storageFull === undefined) return;
  if (database.kind === "cluster" || database.cluster)
    throw new Error(`the storage of ${identifier} cannot be full: a cluster's grows by itself`);
  if (!isUsable(database) && database.status !== "storage-full")
    throw new Error(`${identifier} is ${database.status}, so its storage cannot be said to be full`);
  database.rest = storageFull ? "storage-full" : "available";
  setStatus(store, database, database.rest);
}
