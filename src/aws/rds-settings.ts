import type { DBCluster, DBInstance, Tag, VpcSecurityGroupMembership } from "@aws-sdk/client-rds";

/**
 * What a database must be made like, by the names that RDS's requests have for it. Taken from its description before anything is touched:
 * a restore gives what it is not given the defaults, not what the original had.
 */
export type DatabaseSettings = {
  /** Immutable: kept by a rename, new after a restore. It says which database is meant, whatever its name is. */
  resourceId: string;
  own: Settings;
  /** The instances of a cluster, the writer first, then by promotion tier. */
  members: MemberSettings[];
  /** Those of a cluster that somebody made besides its own. */
  customEndpoints: string[];
  /** By role, as far as the cluster has them: what takes an address's place is the address of the same role. */
  addresses: { role: string; address: string }[];
};
export type MemberSettings = { identifier: string; resourceId: string; settings: Settings };
/** JSON: it goes through journals and checkpoints. */
export type Settings = Record<string, unknown>;

/** Under this size RDS refuses provisioned IOPS and throughput for gp3, and above it asks for them. */
const GP3_PROVISIONED_FROM_GIB = 400;
const GP3_PROVISIONED_FROM_GIB_OF_ORACLE = 200;

export function settingsOfInstance(instance: DBInstance): DatabaseSettings {
  return {
    resourceId: instance.DbiResourceId ?? "",
    own: asJson({ ...everyInstances(instance), ...storageOf(instance), ...ownOf(instance) }),
    members: [],
    customEndpoints: [],
    addresses: instance.Endpoint?.Address ? [{ role: "instance", address: instance.Endpoint.Address }] : [],
  };
}

export function settingsOfCluster(cluster: DBCluster, instances: DBInstance[]): DatabaseSettings {
  const members = (cluster.DBClusterMembers ?? [])
    .toSorted(
      (a, b) =>
        Number(b.IsClusterWriter ?? false) - Number(a.IsClusterWriter ?? false) ||
        (a.PromotionTier ?? 1) - (b.PromotionTier ?? 1),
    )
    .flatMap(
      ({ DBInstanceIdentifier }) => instances.find((each) => each.DBInstanceIdentifier === DBInstanceIdentifier) ?? [],
    );
  const addresses = [
    { role: "writer", address: cluster.Endpoint },
    { role: "reader", address: cluster.ReaderEndpoint },
    ...members.map(({ Endpoint }, index) => ({ role: `member ${index + 1}`, address: Endpoint?.Address })),
  ];
  return {
    resourceId: cluster.DbClusterResourceId ?? "",
    own: asJson(clusterSettings(cluster)),
    members: members.map((instance) => ({
      identifier: instance.DBInstanceIdentifier!,
      resourceId: instance.DbiResourceId ?? "",
      settings: asJson({ ...everyInstances(instance), PromotionTier: instance.PromotionTier }),
    })),
    customEndpoints: cluster.CustomEndpoints ?? [],
    addresses: addresses.flatMap(({ role, address }) => (address ? [{ role, address }] : [])),
  };
}

/** What an instance decides for itself, in a cluster or not. */
const everyInstances = (instance: DBInstance) => ({
  Engine: instance.Engine,
  DBInstanceClass: instance.DBInstanceClass,
  DBSubnetGroupName: instance.DBSubnetGroup?.DBSubnetGroupName,
  DBParameterGroupName: instance.DBParameterGroups?.[0]?.DBParameterGroupName,
  AvailabilityZone: instance.MultiAZ && !instance.DBClusterIdentifier ? undefined : instance.AvailabilityZone,
  PubliclyAccessible: instance.PubliclyAccessible,
  AutoMinorVersionUpgrade: instance.AutoMinorVersionUpgrade,
  PreferredMaintenanceWindow: instance.PreferredMaintenanceWindow,
  CACertificateIdentifier: instance.CACertificateIdentifier,
  ...monitoringOf(instance),
  Tags: tagsOf(instance.TagList),
});

const ownOf = (instance: DBInstance) => ({
  EngineVersion: instance.EngineVersion,
  KmsKeyId: instance.KmsKeyId,
  Port: instance.Endpoint?.Port,
  MultiAZ: instance.MultiAZ,
  LicenseModel: instance.LicenseModel,
  OptionGroupName: instance.OptionGroupMemberships?.[0]?.OptionGroupName,
  VpcSecurityGroupIds: groupsOf(instance.VpcSecurityGroups),
  DeletionProtection: instance.DeletionProtection,
  EnableIAMDatabaseAuthentication: instance.IAMDatabaseAuthenticationEnabled,
  EnableCloudwatchLogsExports: some(instance.EnabledCloudwatchLogsExports),
  BackupRetentionPeriod: instance.BackupRetentionPeriod,
  PreferredBackupWindow: instance.PreferredBackupWindow,
  CopyTagsToSnapshot: instance.CopyTagsToSnapshot,
  NetworkType: instance.NetworkType,
  DedicatedLogVolume: instance.DedicatedLogVolume,
  EngineLifecycleSupport: instance.EngineLifecycleSupport,
  ProcessorFeatures: some(instance.ProcessorFeatures),
  MaxAllocatedStorage: instance.MaxAllocatedStorage,
  ...domainOf(instance),
  AssociatedRoles: some(instance.AssociatedRoles?.map(({ RoleArn, FeatureName }) => ({ RoleArn, FeatureName }))),
  MasterUserSecret: instance.MasterUserSecret?.SecretArn,
});

function storageOf({ Engine = "", StorageType, AllocatedStorage = 0, Iops, StorageThroughput }: DBInstance) {
  const from = Engine.startsWith("oracle") ? GP3_PROVISIONED_FROM_GIB_OF_ORACLE : GP3_PROVISIONED_FROM_GIB;
  const provisioned = StorageType !== "gp3" || AllocatedStorage >= from;
  return {
    StorageType,
    AllocatedStorage,
    ...(provisioned && { Iops: Iops || undefined, StorageThroughput: StorageThroughput || undefined }),
  };
}

const clusterSettings = (cluster: DBCluster) => ({
  Engine: cluster.Engine,
  EngineVersion: cluster.EngineVersion,
  EngineMode: cluster.EngineMode,
  AvailabilityZones: some(cluster.AvailabilityZones?.toSorted()),
  Port: cluster.Port,
  DBSubnetGroupName: cluster.DBSubnetGroup,
  VpcSecurityGroupIds: groupsOf(cluster.VpcSecurityGroups),
  KmsKeyId: cluster.KmsKeyId,
  EnableIAMDatabaseAuthentication: cluster.IAMDatabaseAuthenticationEnabled,
  BacktrackWindow: cluster.BacktrackWindow || undefined,
  EnableCloudwatchLogsExports: some(cluster.EnabledCloudwatchLogsExports),
  DBClusterParameterGroupName: cluster.DBClusterParameterGroup,
  DeletionProtection: cluster.DeletionProtection,
  CopyTagsToSnapshot: cluster.CopyTagsToSnapshot,
  StorageType: cluster.StorageType,
  Iops: cluster.Iops || undefined,
  DBClusterInstanceClass: cluster.DBClusterInstanceClass,
  PubliclyAccessible: cluster.PubliclyAccessible,
  NetworkType: cluster.NetworkType,
  ServerlessV2ScalingConfiguration: cluster.ServerlessV2ScalingConfiguration,
  BackupRetentionPeriod: cluster.BackupRetentionPeriod,
  PreferredBackupWindow: cluster.PreferredBackupWindow,
  EngineLifecycleSupport: cluster.EngineLifecycleSupport,
  AssociatedRoles: some(cluster.AssociatedRoles?.map(({ RoleArn, FeatureName }) => ({ RoleArn, FeatureName }))),
  Domain: cluster.DomainMemberships?.[0]?.Domain,
  DomainIAMRoleName: cluster.DomainMemberships?.[0]?.IAMRoleName,
  PreferredMaintenanceWindow: cluster.PreferredMaintenanceWindow,
  AutoMinorVersionUpgrade: cluster.AutoMinorVersionUpgrade,
  ...monitoringOf(cluster),
  EnableHttpEndpoint: cluster.HttpEndpointEnabled || undefined,
  EnableLocalWriteForwarding: cluster.LocalWriteForwardingStatus === "enabled" || undefined,
  Tags: tagsOf(cluster.TagList),
  MasterUserSecret: cluster.MasterUserSecret?.SecretArn,
});

/** What is off is left out: it is off by default, and some engines and classes take no word of it. */
const monitoringOf = (database: DBInstance | DBCluster) => ({
  ...(database.MonitoringInterval && {
    MonitoringInterval: database.MonitoringInterval,
    MonitoringRoleArn: database.MonitoringRoleArn,
  }),
  ...(database.PerformanceInsightsEnabled && {
    EnablePerformanceInsights: true,
    PerformanceInsightsKMSKeyId: database.PerformanceInsightsKMSKeyId,
    PerformanceInsightsRetentionPeriod: database.PerformanceInsightsRetentionPeriod,
  }),
  ...(database.DatabaseInsightsMode === "advanced" && { DatabaseInsightsMode: database.DatabaseInsightsMode }),
});

function domainOf({ DomainMemberships: [domain] = [] }: DBInstance) {
  if (!domain) return {};
  const { Domain, FQDN, IAMRoleName, OU, AuthSecretArn, DnsIps } = domain;
  return {
    Domain,
    DomainIAMRoleName: IAMRoleName,
    DomainFqdn: FQDN,
    DomainOu: OU,
    DomainAuthSecretArn: AuthSecretArn,
    DomainDnsIps: some(DnsIps),
  };
}

/** Nobody may set those of AWS's own, such as CloudFormation's, nor does a restore inherit them. */
const tagsOf = (tags: Tag[] = []) => some(tags.filter(({ Key = "" }) => !/^(aws|rds):/i.test(Key)));
const groupsOf = (groups: VpcSecurityGroupMembership[] = []) =>
  groups.flatMap(({ VpcSecurityGroupId }) => VpcSecurityGroupId ?? []).toSorted();
const some = <Item>(items: Item[] | undefined): Item[] | undefined => (items?.length ? items : undefined);
const asJson = (settings: object): Settings => JSON.parse(JSON.stringify(settings)) as Settings;
