import type { DBInstance, DBSnapshot } from "@aws-sdk/client-rds";
import { type Instance, instanceArn, type Snapshot, type Store, snapshotArn } from "./store.ts";

export function describeInstance({ world, databases }: Store, instance: Instance): DBInstance {
  const { identifier, status, port, parameterGroup } = instance;
  return {
    ...instance.settings,
    DBInstanceIdentifier: identifier,
    DBInstanceArn: instanceArn(world, identifier),
    DbiResourceId: instance.resourceId,
    DBInstanceStatus: status,
    MasterUsername: instance.username,
    ...(status !== "creating" && {
      InstanceCreateTime: new Date(instance.createdAt),
      Endpoint: { Address: databases.addressOf(identifier), Port: port, HostedZoneId: "Z2R2ITUGPM61AM" },
    }),
    DbInstancePort: 0,
    DBParameterGroups: [{ DBParameterGroupName: parameterGroup.name, ParameterApplyStatus: parameterGroup.status }],
    PendingModifiedValues: instance.pending,
    TagList: instance.tags,
  };
}

/** `SnapshotDatabaseTime` is never there: RDS gives it for Oracle and Db2 replicas only. */
export function describeSnapshot({ world }: Store, snapshot: Snapshot): DBSnapshot {
  const { source, settings, status, startedAt, durationMs = 0 } = snapshot;
  const done = startedAt === undefined ? 0 : (world.clock.now() - startedAt) / Math.max(1, durationMs);
  return {
    DBSnapshotIdentifier: snapshot.identifier,
    DBSnapshotArn: snapshotArn(world, snapshot.identifier),
    DBInstanceIdentifier: source.identifier,
    DbiResourceId: source.resourceId,
    InstanceCreateTime: new Date(source.createdAt),
    Status: status,
    PercentProgress: status === "available" ? 100 : Math.min(99, Math.floor(100 * done)),
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
    ...snapshot.details,
    TagList: snapshot.tags,
  };
}
