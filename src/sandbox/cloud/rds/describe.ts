import type { DBInstance, DBSnapshot } from "@aws-sdk/client-rds";
import { addressOf } from "./hosts.ts";
import { type Instance, isAurora, portOf, type Snapshot } from "./model.ts";
import { progressOf } from "./snapshots.ts";
import { instanceArn, replicasOf, type Store, snapshotArn } from "./store.ts";

export function describeInstance(store: Store, instance: Instance): DBInstance {
  const { identifier, status, parameterGroup, replicaOf } = instance;
  return {
    ...instance.settings,
    ...clusterPart(instance),
    DBInstanceIdentifier: identifier,
    DBInstanceArn: instanceArn(store.world, identifier),
    DbiResourceId: instance.resourceId,
    DBInstanceStatus: status,
    MasterUsername: instance.username,
    ...(status !== "creating" && {
      InstanceCreateTime: new Date(instance.createdAt),
      Endpoint: { Address: addressOf(store, instance), Port: portOf(instance), HostedZoneId: "Z2R2ITUGPM61AM" },
    }),
    DbInstancePort: 0,
    DBParameterGroups: [{ DBParameterGroupName: parameterGroup.name, ParameterApplyStatus: parameterGroup.status }],
    PendingModifiedValues: instance.pending,
    ReadReplicaDBInstanceIdentifiers: replicasOf(store, instance).map((replica) => replica.identifier),
    ...(replicaOf && {
      ReadReplicaSourceDBInstanceIdentifier: replicaOf.identifier,
      StatusInfos: [{ StatusType: "read replication", Normal: true, Status: "replicating" }],
    }),
    TagList: instance.tags,
  };
}

/** What a member has from its cluster. */
function clusterPart({ cluster }: Instance): DBInstance {
  if (!cluster) return {};
  const { settings } = cluster;
  return {
    DBClusterIdentifier: cluster.identifier,
    DBName: settings.DatabaseName,
    EngineVersion: settings.EngineVersion,
    VpcSecurityGroups: settings.VpcSecurityGroups,
    BackupRetentionPeriod: settings.BackupRetentionPeriod,
    PreferredBackupWindow: settings.PreferredBackupWindow,
    IAMDatabaseAuthenticationEnabled: settings.IAMDatabaseAuthenticationEnabled,
    EnabledCloudwatchLogsExports: settings.EnabledCloudwatchLogsExports,
    StorageType: settings.StorageType,
    StorageEncrypted: settings.StorageEncrypted,
    KmsKeyId: settings.KmsKeyId,
    // Aurora's storage is the cluster's and grows by itself: every member shows 1 GiB.
    ...(isAurora(cluster) && { AllocatedStorage: 1 }),
  };
}

/** `SnapshotDatabaseTime` is never there: RDS gives it for Oracle and Db2 replicas only. */
export function describeSnapshot(store: Store, snapshot: Snapshot): DBSnapshot {
  const { source, settings, status } = snapshot;
  return {
    DBSnapshotIdentifier: snapshot.identifier,
    DBSnapshotArn: snapshotArn(store.world, snapshot.identifier),
    DBInstanceIdentifier: source.identifier,
    DbiResourceId: source.resourceId,
    InstanceCreateTime: new Date(source.createdAt),
    Status: status,
    PercentProgress: progressOf(store, snapshot),
    SnapshotType: snapshot.type,
    OriginalSnapshotCreateTime: new Date(snapshot.requestedAt),
    ...(snapshot.createTime !== undefined && { SnapshotCreateTime: new Date(snapshot.createTime) }),
    Port: snapshot.port,
    MasterUsername: snapshot.username,
    Engine: settings.Engine,
    EngineVersion: settings.EngineVersion,
    LicenseModel: settings.LicenseModel,
    AllocatedStorage: settings.AllocatedStorage,
    StorageType: settings.StorageType,
    Iops: settings.Iops,
    StorageThroughput: settings.StorageThroughput,
    AvailabilityZone: settings.AvailabilityZone,
    VpcId: settings.DBSubnetGroup?.VpcId,
    OptionGroupName: settings.OptionGroupMemberships?.[0]?.OptionGroupName,
    Encrypted: settings.StorageEncrypted ?? false,
    KmsKeyId: settings.KmsKeyId,
    IAMDatabaseAuthenticationEnabled: settings.IAMDatabaseAuthenticationEnabled,
    DedicatedLogVolume: settings.DedicatedLogVolume,
    BackupRetentionPeriod: settings.BackupRetentionPeriod,
    PreferredBackupWindow: settings.PreferredBackupWindow,
    SourceDBSnapshotIdentifier: snapshot.copiedFromArn,
    FullSnapshotSizeInBytes: snapshot.fullSizeBytes,
    TagList: snapshot.tags,
  };
}
