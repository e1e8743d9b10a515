import type {
  CreateDBInstanceCommandInput,
  DBInstance,
  RestoreDBInstanceFromDBSnapshotCommandInput,
} from "@aws-sdk/client-rds";
import type { World } from "../world.ts";
import { defaultSubnetGroup } from "./groups.ts";
import { securityGroups } from "./security-groups.ts";

/** Members that both a creation and a restore take. */
export const COMMON_MEMBERS = [
  "DBInstanceIdentifier",
  "DBInstanceClass",
  "Engine",
  "Port",
  "AvailabilityZone",
  "DBSubnetGroupName",
  "MultiAZ",
  "PubliclyAccessible",
  "AutoMinorVersionUpgrade",
  "LicenseModel",
  "Iops",
  "StorageThroughput",
  "StorageType",
  "AllocatedStorage",
  "OptionGroupName",
  "DBParameterGroupName",
  "VpcSecurityGroupIds",
  "DeletionProtection",
  "EnableIAMDatabaseAuthentication",
  "EnableCloudwatchLogsExports",
  "BackupRetentionPeriod",
  "PreferredBackupWindow",
  "CopyTagsToSnapshot",
  "Tags",
  "NetworkType",
  "CACertificateIdentifier",
  "DedicatedLogVolume",
  "EngineLifecycleSupport",
] as const;

/**
 * An instance's settings where the caller gives none: Single-AZ, unprotected, the default groups, a random window, no monitoring, no
 * Performance Insights, no storage autoscaling.
 */
export function settingsOf(
  world: World,
  input: CreateDBInstanceCommandInput | RestoreDBInstanceFromDBSnapshotCommandInput,
): DBInstance {
  return {
    Engine: "postgres",
    LicenseModel: input.LicenseModel ?? "postgresql-license",
    DBInstanceClass: input.DBInstanceClass,
    AllocatedStorage: input.AllocatedStorage,
    StorageType: input.StorageType ?? (input.Iops ? "io1" : "gp3"),
    Iops: input.Iops,
    StorageThroughput: input.StorageThroughput,
    AvailabilityZone: input.AvailabilityZone ?? `${world.region}a`,
    DBSubnetGroup: defaultSubnetGroup(world),
    VpcSecurityGroups: securityGroups(input.VpcSecurityGroupIds),
    DBSecurityGroups: [],
    MultiAZ: input.MultiAZ ?? false,
    PubliclyAccessible: input.PubliclyAccessible ?? false,
    AutoMinorVersionUpgrade: input.AutoMinorVersionUpgrade ?? true,
    OptionGroupMemberships: [{ OptionGroupName: input.OptionGroupName ?? "default:postgres", Status: "in-sync" }],
    DeletionProtection: input.DeletionProtection ?? false,
    IAMDatabaseAuthenticationEnabled: input.EnableIAMDatabaseAuthentication ?? false,
    EnabledCloudwatchLogsExports: input.EnableCloudwatchLogsExports,
    BackupRetentionPeriod: input.BackupRetentionPeriod ?? 1,
    PreferredBackupWindow: input.PreferredBackupWindow ?? randomBackupWindow(world),
    PreferredMaintenanceWindow: randomMaintenanceWindow(world),
    CopyTagsToSnapshot: input.CopyTagsToSnapshot ?? false,
    NetworkType: input.NetworkType ?? "IPV4",
    CACertificateIdentifier: input.CACertificateIdentifier ?? "rds-ca-rsa2048-g1",
    DedicatedLogVolume: input.DedicatedLogVolume ?? false,
    EngineLifecycleSupport: input.EngineLifecycleSupport ?? "open-source-rds-extended-support",
    StorageEncrypted: false,
    MonitoringInterval: 0,
    PerformanceInsightsEnabled: false,
    DatabaseInsightsMode: "standard",
    BackupTarget: "region",
    DomainMemberships: [],
    AssociatedRoles: [],
    MultiTenant: false,
  };
}

const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const below = ({ ids }: World, limit: number) => Math.floor(ids.fraction() * limit);
const halfHourAt = (hour: number) => {
  const hours = String(hour).padStart(2, "0");
  return [`${hours}:00`, `${hours}:30`] as const;
};
export const randomBackupWindow = (world: World) => halfHourAt(below(world, 24)).join("-");
export function randomMaintenanceWindow(world: World): string {
  const day = DAYS[below(world, DAYS.length)];
  return halfHourAt(below(world, 24))
    .map((time) => `${day}:${time}`)
    .join("-");
}
