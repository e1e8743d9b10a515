import type { DBCluster, DBClusterSnapshot } from "@aws-sdk/client-rds";
import { readerHost, writerHost } from "../hosts.ts";
import type { Cluster, ClusterSnapshot } from "../model.ts";
import { progressOf } from "../snapshots.ts";
import { clusterArn, clusterSnapshotArn, membersOf, type Store } from "../store.ts";

export function describeCluster(store: Store, cluster: Cluster): DBCluster {
  const { world, databases } = store;
  const { identifier, status, settings, pending } = cluster;
  const members = membersOf(store, cluster);
  return {
    ...settings,
    DBClusterIdentifier: identifier,
    DBClusterArn: clusterArn(world, identifier),
    DbClusterResourceId: cluster.resourceId,
    Status: status,
    Endpoint: databases.addressOf(writerHost(identifier)),
    ReaderEndpoint: databases.addressOf(readerHost(identifier)),
    Port: cluster.port,
    HostedZoneId: "Z2R2ITUGPM61AM",
    MasterUsername: cluster.username,
    ClusterCreateTime: new Date(cluster.createdAt),
    DBClusterParameterGroup: cluster.parameterGroup,
    DBClusterMembers: members.map((member) => ({
      DBInstanceIdentifier: member.identifier,
      IsClusterWriter: member === cluster.writer,
      DBClusterParameterGroupStatus: "in-sync",
      PromotionTier: member.settings.PromotionTier,
    })),
    MultiAZ: members.length > 1,
    ReadReplicaIdentifiers: [],
    ...(Object.keys(pending).length > 0 && { PendingModifiedValues: pending }),
    TagList: cluster.tags,
  };
}

/** There is no `OriginalSnapshotCreateTime` and no `SnapshotDatabaseTime`: a cluster's snapshot says when it was taken, no more. */
export function describeClusterSnapshot(store: Store, snapshot: ClusterSnapshot): DBClusterSnapshot {
  const { source, settings } = snapshot;
  return {
    DBClusterSnapshotIdentifier: snapshot.identifier,
    DBClusterSnapshotArn: clusterSnapshotArn(store.world, snapshot.identifier),
    DBClusterIdentifier: source.identifier,
    DbClusterResourceId: source.resourceId,
    ClusterCreateTime: new Date(source.createdAt),
    SnapshotCreateTime: new Date(snapshot.createTime ?? snapshot.requestedAt),
    Status: snapshot.status,
    PercentProgress: progressOf(store, snapshot),
    SnapshotType: snapshot.type,
    Port: snapshot.port,
    MasterUsername: snapshot.username,
    Engine: settings.Engine,
    EngineMode: settings.EngineMode,
    EngineVersion: settings.EngineVersion,
    LicenseModel: "postgresql-license",
    AvailabilityZones: settings.AvailabilityZones,
    AllocatedStorage: settings.Engine === "postgres" ? settings.AllocatedStorage : 0,
    StorageType: settings.StorageType,
    VpcId: "vpc-0default",
    StorageEncrypted: settings.StorageEncrypted ?? false,
    KmsKeyId: settings.KmsKeyId,
    IAMDatabaseAuthenticationEnabled: settings.IAMDatabaseAuthenticationEnabled,
    BackupRetentionPeriod: settings.BackupRetentionPeriod,
    PreferredBackupWindow: settings.PreferredBackupWindow,
    SourceDBClusterSnapshotArn: snapshot.copiedFromArn,
    TagList: snapshot.tags,
  };
}
