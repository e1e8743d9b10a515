import type {
  CreateDBInstanceCommandInput,
  ModifyDBClusterCommandInput,
  ModifyDBInstanceCommandInput,
  RestoreDBClusterFromSnapshotCommandInput,
  RestoreDBInstanceFromDBSnapshotCommandInput,
} from "@aws-sdk/client-rds";
import type { DatabaseSettings, MemberSettings, Settings } from "./rds-settings.ts";
import type { DatabaseRef } from "./rds-shapes.ts";

/** What a restore of an instance takes. Everything else of the settings is changed once it is there, or cannot be given at all. */
const GIVEN_TO_AN_INSTANCE = [
  "Engine",
  "DBInstanceClass",
  "Port",
  "DBSubnetGroupName",
  "DBParameterGroupName",
  "OptionGroupName",
  "AvailabilityZone",
  "MultiAZ",
  "PubliclyAccessible",
  "AutoMinorVersionUpgrade",
  "LicenseModel",
  "StorageType",
  "AllocatedStorage",
  "Iops",
  "StorageThroughput",
  "DedicatedLogVolume",
  "VpcSecurityGroupIds",
  "EnableIAMDatabaseAuthentication",
  "EnableCloudwatchLogsExports",
  "BackupRetentionPeriod",
  "PreferredBackupWindow",
  "CopyTagsToSnapshot",
  "NetworkType",
  "CACertificateIdentifier",
  "EngineLifecycleSupport",
  "ProcessorFeatures",
  "Domain",
  "DomainIAMRoleName",
  "DomainFqdn",
  "DomainOu",
  "DomainAuthSecretArn",
  "DomainDnsIps",
];
const MONITORING = [
  "MonitoringInterval",
  "MonitoringRoleArn",
  "EnablePerformanceInsights",
  "PerformanceInsightsKMSKeyId",
  "PerformanceInsightsRetentionPeriod",
];
/**
 * AWS takes these of an instance only once it is there. Protection from deletion a restore could have: given then, it would protect what RDS
 * could not restore, too, and that takes no change any more.
 */
const CHANGED_OF_AN_INSTANCE = [
  ...MONITORING,
  "DatabaseInsightsMode",
  "MaxAllocatedStorage",
  "PreferredMaintenanceWindow",
  "DeletionProtection",
];
const GIVEN_TO_A_CLUSTER = [
  "Engine",
  "EngineVersion",
  "EngineMode",
  "AvailabilityZones",
  "Port",
  "DBSubnetGroupName",
  "DBClusterParameterGroupName",
  "VpcSecurityGroupIds",
  "KmsKeyId",
  "EnableIAMDatabaseAuthentication",
  "BacktrackWindow",
  "EnableCloudwatchLogsExports",
  "CopyTagsToSnapshot",
  "StorageType",
  "Iops",
  "DBClusterInstanceClass",
  "PubliclyAccessible",
  "NetworkType",
  "ServerlessV2ScalingConfiguration",
  "BackupRetentionPeriod",
  "PreferredBackupWindow",
  "EngineLifecycleSupport",
  "AssociatedRoles",
  "Domain",
  "DomainIAMRoleName",
  ...MONITORING,
];
const CHANGED_OF_A_CLUSTER = [
  "DatabaseInsightsMode",
  "PreferredMaintenanceWindow",
  "AutoMinorVersionUpgrade",
  "EnableLocalWriteForwarding",
  "DeletionProtection",
];
const GIVEN_TO_A_MEMBER = [
  "Engine",
  "DBInstanceClass",
  "DBSubnetGroupName",
  "DBParameterGroupName",
  "AvailabilityZone",
  "PubliclyAccessible",
  "AutoMinorVersionUpgrade",
  "PreferredMaintenanceWindow",
  "CACertificateIdentifier",
  "PromotionTier",
  ...MONITORING,
];
const changedAfterwards = { instance: CHANGED_OF_AN_INSTANCE, cluster: CHANGED_OF_A_CLUSTER };

export type NewDatabase = {
  identifier: string;
  snapshot: string;
  settings: DatabaseSettings;
  tags: Record<string, string>;
};

export const restoreInstanceInput = ({ identifier, snapshot, settings, tags }: NewDatabase) =>
  ({
    DBInstanceIdentifier: identifier,
    DBSnapshotIdentifier: snapshot,
    ...pick(settings.own, GIVEN_TO_AN_INSTANCE),
    Tags: withTags(settings.own, tags),
  }) as RestoreDBInstanceFromDBSnapshotCommandInput;

export const restoreClusterInput = ({ identifier, snapshot, settings, tags }: NewDatabase) =>
  ({
    DBClusterIdentifier: identifier,
    SnapshotIdentifier: snapshot,
    ...pick(settings.own, GIVEN_TO_A_CLUSTER),
    Tags: withTags(settings.own, tags),
  }) as RestoreDBClusterFromSnapshotCommandInput;

export const memberInput = (member: {
  identifier: string;
  cluster: string;
  settings: MemberSettings["settings"];
  tags: Record<string, string>;
}) =>
  ({
    DBInstanceIdentifier: member.identifier,
    DBClusterIdentifier: member.cluster,
    ...pick(member.settings, GIVEN_TO_A_MEMBER),
    Tags: withTags(member.settings, member.tags),
  }) as CreateDBInstanceCommandInput;

export type ModifyInput = ModifyDBInstanceCommandInput | ModifyDBClusterCommandInput;

/** What a restore could not be given. Undefined where there is nothing of that. */
export function changeInput({ kind, identifier }: DatabaseRef, { own }: DatabaseSettings): ModifyInput | undefined {
  const { DeletionProtection, ...settings } = pick(own, changedAfterwards[kind]);
  if (DeletionProtection) settings.DeletionProtection = true;
  return Object.keys(settings).length === 0 ? undefined : modifyInput({ kind, identifier }, settings);
}

export const fenceInput = (of: DatabaseRef, groups: string[]) => modifyInput(of, { VpcSecurityGroupIds: groups });
export const renameInput = (of: DatabaseRef, name: string) =>
  modifyInput(of, of.kind === "instance" ? { NewDBInstanceIdentifier: name } : { NewDBClusterIdentifier: name });

/** Without `ApplyImmediately` a rename and others wait for the maintenance window. */
const modifyInput = ({ kind, identifier }: DatabaseRef, settings: Settings): ModifyInput =>
  kind === "instance"
    ? { DBInstanceIdentifier: identifier, ...settings, ApplyImmediately: true }
    : { DBClusterIdentifier: identifier, ...settings, ApplyImmediately: true };

/** The tags that the original had, and ours, by which the restored one is known. */
function withTags({ Tags = [] }: Settings, ours: Record<string, string>) {
  const inherited = (Tags as { Key: string; Value: string }[]).filter(({ Key }) => !Key.startsWith("intermission:"));
  return [...inherited, ...Object.entries(ours).map(([Key, Value]) => ({ Key, Value }))];
}

const pick = (settings: Settings, names: string[]): Settings =>
  Object.fromEntries(names.flatMap((name) => (settings[name] === undefined ? [] : [[name, settings[name]]])));
