import type { DBInstance, ModifyDBInstanceCommandInput, PendingModifiedValues } from "@aws-sdk/client-rds";
import { checkPassword, freeIdentifier } from "./check-input.ts";
import { invalidCombination, refuseOthers } from "./errors.ts";
import { type Instance, isAurora } from "./model.ts";
import { keysOf, pick } from "./pick.ts";
import { securityGroups } from "./security-groups.ts";
import type { Store } from "./store.ts";

/** Settings that a modification changes at once, without an interruption. */
const AT_ONCE = [
  "DeletionProtection",
  "CopyTagsToSnapshot",
  "PreferredBackupWindow",
  "PreferredMaintenanceWindow",
  "AutoMinorVersionUpgrade",
  "MaxAllocatedStorage",
  "MonitoringInterval",
  "MonitoringRoleArn",
  "PubliclyAccessible",
  "DatabaseInsightsMode",
  "PerformanceInsightsKMSKeyId",
  "PerformanceInsightsRetentionPeriod",
  "NetworkType",
] as const;

/** Settings that wait for the maintenance window unless `ApplyImmediately` is given. */
const PENDING = [
  "DBInstanceClass",
  "AllocatedStorage",
  "BackupRetentionPeriod",
  "MultiAZ",
  "StorageType",
  "Iops",
  "StorageThroughput",
  "LicenseModel",
  "CACertificateIdentifier",
  "DedicatedLogVolume",
] as const;

const OTHERS = [
  "DBInstanceIdentifier",
  "ApplyImmediately",
  "NewDBInstanceIdentifier",
  "MasterUserPassword",
  "DBPortNumber",
  "VpcSecurityGroupIds",
  "DBParameterGroupName",
  "EnablePerformanceInsights",
  "EnableIAMDatabaseAuthentication",
  "CloudwatchLogsExportConfiguration",
  "PromotionTier",
];

/** What a cluster decides for its members. */
const CLUSTER_S_OWN = [
  "MasterUserPassword",
  "DBPortNumber",
  "VpcSecurityGroupIds",
  "BackupRetentionPeriod",
  "PreferredBackupWindow",
  "AllocatedStorage",
  "StorageType",
  "Iops",
  "StorageThroughput",
  "MultiAZ",
  "EnableIAMDatabaseAuthentication",
  "CloudwatchLogsExportConfiguration",
  "DeletionProtection",
  "CopyTagsToSnapshot",
] as const;

/** And a Multi-AZ DB cluster for its own. */
const MULTI_AZ_CLUSTER_S_OWN = ["DBInstanceClass", "PromotionTier", "NewDBInstanceIdentifier"] as const;

export function checkMembers({ cluster }: Instance, input: ModifyDBInstanceCommandInput): void {
  refuseOthers("ModifyDBInstance", input, [...AT_ONCE, ...PENDING, ...OTHERS]);
  if (!cluster && input.PromotionTier !== undefined)
    throw invalidCombination("PromotionTier can only be specified for a DB instance that is a member of a DB cluster.");
  const decided = cluster && !isAurora(cluster) ? [...CLUSTER_S_OWN, ...MULTI_AZ_CLUSTER_S_OWN] : CLUSTER_S_OWN;
  const [wrong] = cluster ? keysOf(pick(input, decided)) : [];
  if (wrong)
    throw invalidCombination(
      `The specified DB Instance is a member of a cluster. Modify ${wrong} for the DB Cluster using the ModifyDbCluster API`,
    );
}

export function settingsAtOnce(instance: Instance, input: ModifyDBInstanceCommandInput): Partial<DBInstance> {
  const settings: Partial<DBInstance> = pick(input, [...AT_ONCE, "PromotionTier"]);
  if (input.VpcSecurityGroupIds) settings.VpcSecurityGroups = securityGroups(input.VpcSecurityGroupIds);
  if (input.EnablePerformanceInsights !== undefined)
    settings.PerformanceInsightsEnabled = input.EnablePerformanceInsights;
  const logs = input.CloudwatchLogsExportConfiguration;
  if (logs) settings.EnabledCloudwatchLogsExports = exportedLogs(instance.settings.EnabledCloudwatchLogsExports, logs);
  return settings;
}

export function exportedLogs(
  current: string[] = [],
  { EnableLogTypes = [], DisableLogTypes = [] }: { EnableLogTypes?: string[]; DisableLogTypes?: string[] },
): string[] {
  return [...new Set([...current.filter((type) => !DisableLogTypes.includes(type)), ...EnableLogTypes])];
}

export function pendingValues(
  store: Store,
  instance: Instance,
  input: ModifyDBInstanceCommandInput,
): PendingModifiedValues {
  const values: PendingModifiedValues = pick(input, PENDING);
  if (input.EnableIAMDatabaseAuthentication !== undefined)
    values.IAMDatabaseAuthenticationEnabled = input.EnableIAMDatabaseAuthentication;
  if (input.DBPortNumber !== undefined) values.Port = input.DBPortNumber;
  if (input.MasterUserPassword !== undefined) {
    checkPassword(input.MasterUserPassword);
    values.MasterUserPassword = "****";
  }
  if (input.NewDBInstanceIdentifier !== undefined)
    values.DBInstanceIdentifier = freeIdentifier(store, input.NewDBInstanceIdentifier);
  const current: Record<string, unknown> = { ...instance.settings, Port: instance.port };
  for (const key of keysOf(values)) if (values[key] === current[key]) delete values[key];
  return values;
}
