import type {
  ClusterPendingModifiedValues,
  DBCluster,
  DBInstance,
  PendingMaintenanceAction,
  PendingModifiedValues,
  Tag,
} from "@aws-sdk/client-rds";
import type { BackupWindow } from "./backup-window.ts";
import type { OpenEndpoints } from "./endpoints.ts";

/** An instance or a cluster: a name, and the data that is reached by it. */
export type Database = Instance | Cluster;

type Common = {
  identifier: string;
  /** Immutable: kept on rename, new on restore. */
  resourceId: string;
  /** Names the data, for the event log and for the engine alike: kept on rename, new on restore. */
  generation: string;
  status: DatabaseStatus;
  reason?: string;
  createdAt: number;
  port: number;
  username: string;
  pendingPassword?: string;
  tags: Tag[];
  /** Before this moment the name does not resolve yet. */
  resolvesAt: number;
  /** Names that it had before and that resolvers with a cache still know. */
  formerNames: Set<string>;
  /** Whether the security groups that are in force let nobody in. */
  fenced: boolean;
  endpoints: OpenEndpoints;
  /** It answers already, although the status does not say so yet. */
  settling: boolean;
  /** Set from outside, to see what follows: the next snapshot ends as `failed`. */
  failNextSnapshot: boolean;
  /** Set from outside: snapshots of it get no further, since then. Called is who waits, once they do again. */
  stalled?: { since: number; waiting: (() => void)[] };
  /** Set from outside: what AWS means to do in a maintenance window. It is shown, and nothing comes of it. */
  maintenance: PendingMaintenanceAction[];
};

export type Instance = Common & {
  kind: "instance";
  /** What the status returns to after a snapshot, a reboot or a change. */
  rest: "available" | "storage-optimization" | "storage-full";
  parameterGroup: { name: string; status: "in-sync" | "pending-reboot" };
  settings: DBInstance;
  pending: PendingModifiedValues;
  /** The data is the cluster's then. */
  cluster?: Cluster;
  /** A member's: it does not answer, although its cluster's data is there. */
  down: boolean;
  replicaOf?: Instance;
  /** The backup window that somebody chose. */
  backupWindow?: BackupWindow;
};

/** A cluster's data is one database. Each of its members is a further way to reach it. */
export type Cluster = Common & {
  kind: "cluster";
  parameterGroup: string;
  settings: DBCluster;
  pending: ClusterPendingModifiedValues;
  writer?: Instance;
};

export type DatabaseStatus =
  | "creating"
  | "available"
  | "storage-optimization"
  | "storage-full"
  | "backing-up"
  | "modifying"
  | "maintenance"
  | "renaming"
  | "rebooting"
  | "stopping"
  | "stopped"
  | "starting"
  | "failing-over"
  | "deleting"
  | "failed";

export type Snapshot = Content<Instance> & {
  type: "manual" | "automated";
  /** The instance as it was, from which a restore takes what the caller does not give. */
  settings: DBInstance;
};
export type ClusterSnapshot = Content<Cluster> & { type: "manual"; settings: DBCluster };

/** What snapshots of instances and of clusters have in common. */
export type Content<Source extends Database = Database> = {
  identifier: string;
  /** The engine's name of the content. */
  contentId: string;
  source: Source;
  port: number;
  username: string;
  generation: string;
  status: "creating" | "available" | "failed";
  requestedAt: number;
  contentAt?: number;
  startedAt?: number;
  durationMs?: number;
  /** How long it has stood still so far. */
  stalledMs?: number;
  createTime?: number;
  fullSizeBytes?: number;
  copiedFromArn?: string;
  tags: Tag[];
};

export const isUsable = ({ status }: Database) => status === "available" || status === "storage-optimization";

/** A member listens where its cluster says. */
export const portOf = (database: Database): number =>
  (database.kind === "instance" ? database.cluster?.port : undefined) ?? database.port;

export const isAurora = ({ settings }: Cluster) => settings.Engine === "aurora-postgresql";
