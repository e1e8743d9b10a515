import type {
  DBCluster,
  DBClusterSnapshot,
  DBInstance,
  DBProxy,
  DBProxyTarget,
  DBSnapshot,
  Tag,
  VpcSecurityGroupMembership,
} from "@aws-sdk/client-rds";
import { type DatabaseSettings, settingsOfCluster, settingsOfInstance } from "./rds-settings.ts";
import { said } from "./said.ts";

export type DatabaseKind = "instance" | "cluster";
/** An instance and a cluster may have the same identifier. */
export type DatabaseRef = { kind: DatabaseKind; identifier: string };

/** An instance by itself or a cluster, as far as the runbook reads it. */
export type Database = DatabaseRef & {
  arn: string;
  status: string;
  engine: string;
  engineVersion: string;
  multiAz: boolean;
  /** Of the volume, used or not. Undefined for Aurora, whose storage is as large as what is in it. */
  allocatedGibibytes?: number;
  /** The cluster that an instance is a member of: its data is the cluster's then, and only the cluster can be snapshotted. */
  memberOf?: string;
  /** The instances of a cluster; empty for an instance. */
  members: Member[];
  /** Host names that lead to it: of its endpoints and of its members'. */
  addresses: string[];
  /** The secret that RDS keeps the login in, where it does. */
  managedSecret?: string;
  kmsKey?: string;
  /** Such as `03:00-03:30`, in UTC; undefined where automated backups are off. */
  backupWindow?: string;
  /** Such as `sun:04:00-sun:04:30`, in UTC. */
  maintenanceWindow?: string;
  /** Names of settings that somebody changed and that wait for the maintenance window: it may restart the database. */
  pendingSettings: string[];
  replicas: string[];
  replicaOf?: string;
  globalCluster?: string;
  /** The least capacity of Aurora Serverless v2, in ACU. At 0 it pauses while nobody is connected. */
  minimumCapacity?: number;
  tags: Record<string, string>;
  /** In force, or about to be or to be no more. */
  securityGroups: { id: string; status: string }[];
  /** What a database that takes its place must be made like. */
  settings: DatabaseSettings;
};
export type Member = { identifier: string; status: string; writer: boolean };

export type Snapshot = {
  kind: DatabaseKind;
  identifier: string;
  arn: string;
  /** The identifier of the instance or cluster. */
  of: string;
  status: string;
  /** Undefined where RDS says nothing that means anything: Aurora's is 0 until the snapshot is there. */
  percent?: number;
  /** The time of the request, of an instance's kept by copies, unlike SnapshotCreateTime, which is all that a cluster's has. */
  requestedAt?: string;
  tags: Record<string, string>;
};

/** A proxy that passes connections on to a database. */
export type DatabaseProxy = { name: string; arn: string; status: string; addresses: string[] };
export type Quota = { used: number; maximum: number };
/** By kind; undefined where AWS does not say. */
export type Quotas = Record<"databases" | "snapshots", Record<DatabaseKind, Quota | undefined>>;
export type MaintenanceAction = { of: string; action: string; description: string; at?: string };

const isAurora = (engine = ""): boolean => engine.startsWith("aurora");

export const toInstance = (instance: DBInstance): Database => ({
  kind: "instance",
  identifier: said(instance.DBInstanceIdentifier, "which DB instance it describes"),
  arn: instance.DBInstanceArn ?? "",
  status: instance.DBInstanceStatus ?? "",
  engine: instance.Engine ?? "",
  engineVersion: instance.EngineVersion ?? "",
  multiAz: instance.MultiAZ ?? false,
  allocatedGibibytes: instance.AllocatedStorage,
  memberOf: instance.DBClusterIdentifier,
  members: [],
  addresses: instance.Endpoint?.Address ? [instance.Endpoint.Address] : [],
  managedSecret: instance.MasterUserSecret?.SecretArn,
  kmsKey: instance.KmsKeyId,
  backupWindow: instance.BackupRetentionPeriod === 0 ? undefined : instance.PreferredBackupWindow,
  maintenanceWindow: instance.PreferredMaintenanceWindow,
  pendingSettings: given(instance.PendingModifiedValues),
  replicas: [...(instance.ReadReplicaDBInstanceIdentifiers ?? []), ...(instance.ReadReplicaDBClusterIdentifiers ?? [])],
  replicaOf: instance.ReadReplicaSourceDBInstanceIdentifier ?? instance.ReadReplicaSourceDBClusterIdentifier,
  tags: tagsOf(instance.TagList),
  securityGroups: groupsOf(instance.VpcSecurityGroups),
  settings: settingsOfInstance(instance),
});

/** What a cluster says of itself, and its instances of themselves. */
export function toCluster(cluster: DBCluster, instances: DBInstance[]): Database {
  const members = (cluster.DBClusterMembers ?? []).map(({ DBInstanceIdentifier = "", IsClusterWriter = false }) => {
    const instance = instances.find((each) => each.DBInstanceIdentifier === DBInstanceIdentifier);
    return { identifier: DBInstanceIdentifier, writer: IsClusterWriter, instance };
  });
  const own = [cluster.Endpoint, cluster.ReaderEndpoint, ...(cluster.CustomEndpoints ?? [])];
  const addresses = [...own, ...members.map(({ instance }) => instance?.Endpoint?.Address)];
  return {
    kind: "cluster",
    identifier: said(cluster.DBClusterIdentifier, "which DB cluster it describes"),
    arn: cluster.DBClusterArn ?? "",
    status: cluster.Status ?? "",
    engine: cluster.Engine ?? "",
    engineVersion: cluster.EngineVersion ?? "",
    multiAz: cluster.MultiAZ ?? false,
    allocatedGibibytes: isAurora(cluster.Engine) ? undefined : cluster.AllocatedStorage,
    members: members.map(({ identifier, writer, instance }) => ({
      identifier,
      writer,
      status: instance?.DBInstanceStatus ?? "unknown",
    })),
    addresses: addresses.filter((address) => address !== undefined),
    managedSecret: cluster.MasterUserSecret?.SecretArn,
    kmsKey: cluster.KmsKeyId,
    backupWindow: cluster.PreferredBackupWindow,
    maintenanceWindow: cluster.PreferredMaintenanceWindow,
    pendingSettings: [
      ...given(cluster.PendingModifiedValues),
      ...members.flatMap(({ identifier, instance }) =>
        given(instance?.PendingModifiedValues).map((setting) => `${setting} of ${identifier}`),
      ),
    ],
    replicas: cluster.ReadReplicaIdentifiers ?? [],
    replicaOf: cluster.ReplicationSourceIdentifier,
    globalCluster: cluster.GlobalClusterIdentifier,
    minimumCapacity: cluster.ServerlessV2ScalingConfiguration?.MinCapacity,
    tags: tagsOf(cluster.TagList),
    securityGroups: groupsOf(cluster.VpcSecurityGroups),
    settings: settingsOfCluster(cluster, instances),
  };
}

export const toSnapshot = (snapshot: DBSnapshot): Snapshot => ({
  kind: "instance",
  identifier: said(snapshot.DBSnapshotIdentifier, "which snapshot it describes"),
  arn: said(snapshot.DBSnapshotArn, `the ARN of ${snapshot.DBSnapshotIdentifier}`),
  of: snapshot.DBInstanceIdentifier ?? "",
  status: snapshot.Status ?? "",
  percent: snapshot.PercentProgress ?? 0,
  requestedAt: (snapshot.OriginalSnapshotCreateTime ?? snapshot.SnapshotCreateTime)?.toISOString(),
  tags: tagsOf(snapshot.TagList),
});

export const toClusterSnapshot = (snapshot: DBClusterSnapshot): Snapshot => ({
  kind: "cluster",
  identifier: said(snapshot.DBClusterSnapshotIdentifier, "which snapshot it describes"),
  arn: said(snapshot.DBClusterSnapshotArn, `the ARN of ${snapshot.DBClusterSnapshotIdentifier}`),
  of: snapshot.DBClusterIdentifier ?? "",
  status: snapshot.Status ?? "",
  percent: isAurora(snapshot.Engine) ? undefined : (snapshot.PercentProgress ?? 0),
  requestedAt: snapshot.SnapshotCreateTime?.toISOString(),
  tags: tagsOf(snapshot.TagList),
});

export const toProxy = ({ DBProxyName, DBProxyArn, Status, Endpoint }: DBProxy, others: string[]): DatabaseProxy => ({
  name: DBProxyName!,
  arn: DBProxyArn ?? "",
  status: Status ?? "",
  addresses: [...new Set([...(Endpoint ? [Endpoint] : []), ...others])],
});

/** A cluster behind a proxy is listed by itself and by each of its members. */
export const leadsTo = ({ kind, identifier }: DatabaseRef, { Type, RdsResourceId }: DBProxyTarget): boolean =>
  RdsResourceId === identifier && Type === (kind === "cluster" ? "TRACKED_CLUSTER" : "RDS_INSTANCE");

const groupsOf = (groups: VpcSecurityGroupMembership[] = []) =>
  groups.map(({ VpcSecurityGroupId: id = "", Status: status = "" }) => ({ id, status }));
const tagsOf = (tags: Tag[] = []) => Object.fromEntries(tags.map(({ Key, Value }) => [Key!, Value ?? ""]));
const given = (values: object | undefined): string[] =>
  Object.entries(values ?? {})
    .filter(([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0))
    .map(([name]) => name);
