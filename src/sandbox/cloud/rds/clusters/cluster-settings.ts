import type { CreateDBClusterCommandInput, DBCluster } from "@aws-sdk/client-rds";
import type { World } from "../../world.ts";
import { randomBackupWindow, randomMaintenanceWindow } from "../new-instance.ts";
import { securityGroups } from "../security-groups.ts";

/** Members that both a cluster's creation and its restore take. */
export const COMMON_CLUSTER_MEMBERS = [
  "DBClusterIdentifier",
  "Engine",
  "EngineVersion",
  "EngineMode",
  "AvailabilityZones",
  "Port",
  "DBSubnetGroupName",
  "DatabaseName",
  "VpcSecurityGroupIds",
  "Tags",
  "KmsKeyId",
  "EnableIAMDatabaseAuthentication",
  "EnableCloudwatchLogsExports",
  "DBClusterParameterGroupName",
  "DeletionProtection",
  "CopyTagsToSnapshot",
  "DBClusterInstanceClass",
  "StorageType",
  "Iops",
  "PubliclyAccessible",
  "NetworkType",
  "ServerlessV2ScalingConfiguration",
  "MonitoringInterval",
  "MonitoringRoleArn",
  "EnablePerformanceInsights",
  "PerformanceInsightsKMSKeyId",
  "PerformanceInsightsRetentionPeriod",
  "BackupRetentionPeriod",
  "PreferredBackupWindow",
  "EngineLifecycleSupport",
  "AssociatedRoles",
] as const;

type Given = Omit<CreateDBClusterCommandInput, "DBClusterIdentifier" | "Engine"> & { Engine: string };

/** A cluster's settings where the caller gives none: unprotected, the default groups, random windows, no monitoring. */
export function clusterSettings(world: World, input: Given): DBCluster {
  const aurora = input.Engine === "aurora-postgresql";
  return {
    Engine: input.Engine,
    EngineMode: input.EngineMode ?? "provisioned",
    DatabaseName: input.DatabaseName,
    AvailabilityZones: input.AvailabilityZones ?? ["a", "b", "c"].map((zone) => `${world.region}${zone}`),
    DBSubnetGroup: "default",
    VpcSecurityGroups: securityGroups(input.VpcSecurityGroupIds),
    BackupRetentionPeriod: input.BackupRetentionPeriod ?? 1,
    PreferredBackupWindow: input.PreferredBackupWindow ?? randomBackupWindow(world),
    PreferredMaintenanceWindow: randomMaintenanceWindow(world),
    DeletionProtection: input.DeletionProtection ?? false,
    CopyTagsToSnapshot: input.CopyTagsToSnapshot ?? false,
    IAMDatabaseAuthenticationEnabled: input.EnableIAMDatabaseAuthentication ?? false,
    EnabledCloudwatchLogsExports: input.EnableCloudwatchLogsExports,
    StorageType: input.StorageType ?? (aurora ? "aurora" : "io1"),
    AllocatedStorage: aurora ? 1 : input.AllocatedStorage,
    Iops: input.Iops,
    DBClusterInstanceClass: input.DBClusterInstanceClass,
    PubliclyAccessible: aurora ? undefined : (input.PubliclyAccessible ?? false),
    ServerlessV2ScalingConfiguration: input.ServerlessV2ScalingConfiguration,
    MonitoringInterval: input.MonitoringInterval ?? 0,
    MonitoringRoleArn: input.MonitoringRoleArn,
    PerformanceInsightsEnabled: input.EnablePerformanceInsights ?? false,
    PerformanceInsightsKMSKeyId: input.PerformanceInsightsKMSKeyId,
    PerformanceInsightsRetentionPeriod: input.PerformanceInsightsRetentionPeriod,
    DatabaseInsightsMode: "standard",
    NetworkType: input.NetworkType ?? "IPV4",
    EngineLifecycleSupport: input.EngineLifecycleSupport ?? "open-source-rds-extended-support",
    AssociatedRoles: (input.AssociatedRoles ?? []).map((role) => ({ ...role, Status: "ACTIVE" })),
    AutoMinorVersionUpgrade: true,
    HttpEndpointEnabled: false,
    CrossAccountClone: false,
    ActivityStreamStatus: "stopped",
    DomainMemberships: [],
  };
}
