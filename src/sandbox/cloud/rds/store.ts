import {
  type DBInstance,
  DBInstanceNotFoundFault$,
  type DBSnapshot,
  DBSnapshotNotFoundFault$,
  type PendingModifiedValues,
  type Tag,
} from "@aws-sdk/client-rds";
import type { DatabaseEngine } from "../../substrate/databases.ts";
import { awsError } from "../../wire/service.ts";
import { arn, type World } from "../world.ts";
import { lookedUp } from "./identifiers.ts";

/** What the operations of RDS share. */
export type Store = {
  world: World;
  databases: DatabaseEngine;
  instances: Map<string, Instance>;
  snapshots: Map<string, Snapshot>;
  /** New names of instances that are renaming. */
  reserved: Set<string>;
  parameterGroups: Map<string, { family: string; description: string }>;
  /** Calls back later unless RDS was stopped. What `run` rejects with is the instance's failure. */
  after(instance: Instance, ms: number, run: () => Promise<void>): void;
};

export type Instance = {
  identifier: string;
  /** Immutable: kept on rename, new on restore. */
  resourceId: string;
  /** Names the data, for the event log and for the engine alike: kept on rename, new on restore. */
  generation: string;
  status: InstanceStatus;
  /** What the status returns to after a snapshot, a reboot or a change. */
  rest: "available" | "storage-optimization";
  reason?: string;
  createdAt: number;
  port: number;
  username: string;
  parameterGroup: { name: string; status: "in-sync" | "pending-reboot" };
  settings: DBInstance;
  pending: PendingModifiedValues;
  pendingPassword?: string;
  tags: Tag[];
  /** Before this moment the name does not resolve yet. */
  resolvesAt: number;
  endpoint?: { close(): Promise<void> };
};

export type InstanceStatus =
  | "creating"
  | "available"
  | "storage-optimization"
  | "backing-up"
  | "modifying"
  | "renaming"
  | "rebooting"
  | "stopping"
  | "stopped"
  | "starting"
  | "deleting"
  | "failed";

export type Snapshot = {
  identifier: string;
  /** The engine's name of the content. */
  contentId: string;
  source: Instance;
  /** The instance as it was, from which a restore takes what the caller does not give. */
  settings: DBInstance;
  port: number;
  username: string;
  generation: string;
  status: "creating" | "available" | "failed";
  type: "manual";
  requestedAt: number;
  contentAt?: number;
  startedAt?: number;
  durationMs?: number;
  createTime?: number;
  details: Pick<DBSnapshot, "SourceDBSnapshotIdentifier" | "SourceRegion" | "FullSnapshotSizeInBytes">;
  tags: Tag[];
};

export const isUsable = ({ status }: Instance) => status === "available" || status === "storage-optimization";

export const instanceArn = (world: World, identifier: string) => arn(world, "rds", `db:${identifier}`);
export const snapshotArn = (world: World, identifier: string) => arn(world, "rds", `snapshot:${identifier}`);

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
