import { backUp } from "./backups.ts";
import { lookedUp } from "./identifiers.ts";
import { pass, setStatus, settle } from "./lifecycle.ts";
import { type Database, isUsable } from "./model.ts";
import { findCluster, findInstance, type Store } from "./store.ts";

/** What happens to databases by itself in the real world. */
export type Disturbance = {
  /** The next snapshot ends as `failed`. */
  failNextSnapshot?: boolean;
  /**
   * The instance's storage is full until it is enlarged. Only the status says so: the server's writes are not refused.
   */
  storageFull?: boolean;
  /** Snapshots get no further while it is so; those that are being taken neither. */
  stallSnapshots?: boolean;
  /** The next restore of any snapshot ends as a database that has failed. */
  failNextRestore?: boolean;
  /** Somebody or AWS works on it for so long, and it can neither be changed nor backed up. `cutsOff`: nobody reaches it meanwhile. */
  busy?: { status: "modifying" | "maintenance" | "rebooting"; ms: number; cutsOff: boolean };
  /** Its automated backup begins. Only an instance says so. */
  backUp?: true;
  /** What AWS means to do, as DescribePendingMaintenanceActions shows it. */
  maintenance?: { action: string; description?: string; at?: string }[];
};

/** Of an instance, or else of the cluster with that identifier. Throws DBInstanceNotFound or DBClusterNotFound. */
export function disturb(
  store: Store,
  identifier: string,
  { failNextSnapshot, storageFull, maintenance, stallSnapshots, failNextRestore, busy, backUp: backsUp }: Disturbance,
): void {
  const isInstance = store.instances.has(lookedUp(identifier)) || !store.clusters.has(lookedUp(identifier));
  const database = isInstance ? findInstance(store, identifier) : findCluster(store, identifier);
  if (failNextSnapshot !== undefined) database.failNextSnapshot = failNextSnapshot;
  if (failNextRestore !== undefined) store.failNextRestore = failNextRestore;
  if (stallSnapshots !== undefined) stall(store, database, stallSnapshots);
  if (busy) occupy(store, database, busy);
  if (backsUp) beginBackup(store, database);
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

function stall({ world }: Store, database: Database, stalls: boolean): void {
  if (stalls) {
    database.stalled ??= { since: world.clock.now(), waiting: [] };
    return;
  }
  const { stalled } = database;
  database.stalled = undefined;
  for (const goOn of stalled?.waiting ?? []) goOn();
}

function occupy(store: Store, database: Database, { status, ms, cutsOff }: NonNullable<Disturbance["busy"]>): void {
  const { identifier, generation } = database;
  if (!isUsable(database)) throw new Error(`${identifier} is ${database.status}, so nothing else can be done to it`);
  pass(store, database, {
    status,
    ms,
    work: async () => {
      if (cutsOff) await store.databases.stop(generation, "clean");
    },
    next: async () => {
      if (cutsOff) await store.databases.start(generation);
      await settle(store, database);
    },
  });
}

function beginBackup(store: Store, database: Database): void {
  if (database.kind === "cluster" || database.cluster || !isUsable(database))
    throw new Error(`${database.identifier} is ${database.status}, so no automated backup begins that is seen`);
  void backUp(store, database);
}
