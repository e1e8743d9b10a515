import {
  DBClusterNotFoundFault$,
  DBClusterSnapshotNotFoundFault$,
  DBInstanceNotFoundFault$,
  DBSnapshotNotFoundFault$,
} from "@aws-sdk/client-rds";
import type { DatabaseEngine } from "../../substrate/databases.ts";
import { awsError } from "../../wire/service.ts";
import type { Quotas } from "../settings.ts";
import { arn, type World } from "../world.ts";
import { lookedUp } from "./identifiers.ts";
import type { Cluster, ClusterSnapshot, Database, Instance, Snapshot } from "./model.ts";
import type { Names } from "./names.ts";
import type { DatabaseProxy } from "./proxies/proxy.ts";

type ParameterGroups = Map<string, { family: string; description: string }>;

/** What the operations of RDS share. */
export type Store = {
  world: World;
  quotas: Quotas;
  databases: DatabaseEngine;
  names: Names;
  instances: Map<string, Instance>;
  clusters: Map<string, Cluster>;
  snapshots: Map<string, Snapshot>;
  clusterSnapshots: Map<string, ClusterSnapshot>;
  proxies: Map<string, DatabaseProxy>;
  /** New names of instances and clusters that are renaming. */
  reserved: { instances: Set<string>; clusters: Set<string> };
  parameterGroups: ParameterGroups;
  clusterParameterGroups: ParameterGroups;
  /** Set from outside: the next restore fails. */
  failNextRestore: boolean;
  stopped: boolean;
  /** Calls back later unless RDS was stopped. What `run` rejects with is the database's failure. */
  after(database: Database, ms: number, run: () => Promise<void>): void;
};

export const instanceArn = (world: World, identifier: string) => arn(world, "rds", `db:${identifier}`);
export const snapshotArn = (world: World, identifier: string) => arn(world, "rds", `snapshot:${identifier}`);
export const clusterArn = (world: World, identifier: string) => arn(world, "rds", `cluster:${identifier}`);
export const clusterSnapshotArn = (world: World, identifier: string) =>
  arn(world, "rds", `cluster-snapshot:${identifier}`);

export function findInstance(store: Store, identifier: string): Instance {
  const instance = store.instances.get(lookedUp(identifier));
  if (!instance) throw awsError(DBInstanceNotFoundFault$, `DBInstance ${lookedUp(identifier)} not found.`);
  return instance;
}

export function findSnapshot(store: Store, identifier: string): Snapshot {
  const snapshot = store.snapshots.get(lookedUp(identifier));
  if (!snapshot) throw awsError(DBSnapshotNotFoundFault$, `DBSnapshot ${lookedUp(identifier)} not found.`);
  return snapshot;
}

export function findCluster(store: Store, identifier: string): Cluster {
  const cluster = store.clusters.get(lookedUp(identifier));
  if (!cluster) throw awsError(DBClusterNotFoundFault$, `DBCluster ${lookedUp(identifier)} not found.`);
  return cluster;
}

export function findClusterSnapshot(store: Store, identifier: string): ClusterSnapshot {
  const snapshot = store.clusterSnapshots.get(lookedUp(identifier));
  if (!snapshot)
    throw awsError(DBClusterSnapshotNotFoundFault$, `DBClusterSnapshot ${lookedUp(identifier)} not found.`);
  return snapshot;
}

/** In the order of their creation. */
export const membersOf = ({ instances }: Store, cluster: Cluster): Instance[] =>
  [...instances.values()].filter((instance) => instance.cluster === cluster);

export const replicasOf = ({ instances }: Store, source: Instance): Instance[] =>
  [...instances.values()].filter((instance) => instance.replicaOf === source);
