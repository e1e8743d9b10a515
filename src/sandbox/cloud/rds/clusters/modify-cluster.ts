import {
  type ClusterPendingModifiedValues,
  type DBCluster,
  InvalidDBClusterStateFault$,
  type ModifyDBClusterCommandInput,
} from "@aws-sdk/client-rds";
import { awsError } from "../../../wire/service.ts";
import { checkPassword, checkSettings } from "../check-input.ts";
import { invalidCombination, invalidValue, refuseOthers } from "../errors.ts";
import { clusterParameterGroup } from "../groups.ts";
import { pass, settle } from "../lifecycle.ts";
import { type Cluster, isAurora } from "../model.ts";
import { exportedLogs } from "../modify-input.ts";
import { keysOf, pick } from "../pick.ts";
import { rename } from "../rename.ts";
import { securityGroups } from "../security-groups.ts";
import { findCluster, membersOf, type Store } from "../store.ts";
import { freeClusterIdentifier } from "./begin-cluster.ts";

/** Settings that a modification changes at once, whatever it says about when. */
const AT_ONCE = [
  "DeletionProtection",
  "CopyTagsToSnapshot",
  "PreferredBackupWindow",
  "PreferredMaintenanceWindow",
  "BackupRetentionPeriod",
  "AutoMinorVersionUpgrade",
  "ServerlessV2ScalingConfiguration",
  "MonitoringInterval",
  "MonitoringRoleArn",
  "DatabaseInsightsMode",
  "PerformanceInsightsKMSKeyId",
  "PerformanceInsightsRetentionPeriod",
  "NetworkType",
] as const;
/** A Multi-AZ DB cluster's settings that its instances take over. */
const FOR_INSTANCES = ["DBClusterInstanceClass", "AllocatedStorage", "StorageType", "Iops"] as const;
const OTHERS = [
  "DBClusterIdentifier",
  "NewDBClusterIdentifier",
  "ApplyImmediately",
  "DBClusterParameterGroupName",
  "VpcSecurityGroupIds",
  "Port",
  "MasterUserPassword",
  "EnableIAMDatabaseAuthentication",
  "EnablePerformanceInsights",
  "CloudwatchLogsExportConfiguration",
];

/**
 * As for instances, the maintenance window never comes here: what waits for it stays pending until a call with `ApplyImmediately`. The
 * size of a Multi-AZ DB cluster does not wait, and its instances are not interrupted by it.
 */
export function modifyCluster(store: Store, input: ModifyDBClusterCommandInput): Cluster {
  refuseOthers("ModifyDBCluster", input, [...AT_ONCE, ...FOR_INSTANCES, ...OTHERS]);
  const cluster = findCluster(store, input.DBClusterIdentifier!);
  if (cluster.status !== "available")
    throw awsError(
      InvalidDBClusterStateFault$,
      `DB cluster ${cluster.identifier} is not in available state: ${cluster.status}`,
    );
  checkInput(cluster, input);
  const settings = settingsAtOnce(cluster, input);
  const { VpcSecurityGroups, BackupRetentionPeriod, PreferredBackupWindow } = settings;
  checkSettings({ VpcSecurityGroups, BackupRetentionPeriod, PreferredBackupWindow, Port: input.Port });
  const group = input.DBClusterParameterGroupName;
  if (group !== undefined) cluster.parameterGroup = clusterParameterGroup(store, group, cluster.settings);
  const pending: ClusterPendingModifiedValues = {};
  if (input.EnableIAMDatabaseAuthentication !== undefined)
    pending.IAMDatabaseAuthenticationEnabled = input.EnableIAMDatabaseAuthentication;
  if (input.MasterUserPassword !== undefined) pending.MasterUserPassword = "****";
  const name = input.NewDBClusterIdentifier;
  if (name !== undefined && name.toLowerCase() !== cluster.identifier)
    pending.DBClusterIdentifier = freeClusterIdentifier(store, name, cluster.settings.Engine);
  Object.assign(cluster.settings, settings);
  Object.assign(cluster.pending, pending);
  cluster.pendingPassword = input.MasterUserPassword ?? cluster.pendingPassword;

  const now = { ...(input.ApplyImmediately ? cluster.pending : pick(cluster.pending, ["MasterUserPassword"])) };
  if (Object.keys(now).length + Object.keys(settings).length > 0 || group !== undefined || input.Port !== undefined)
    apply(store, cluster, { now, port: input.Port });
  return cluster;
}

function checkInput(cluster: Cluster, input: ModifyDBClusterCommandInput): void {
  if (input.MasterUserPassword !== undefined) checkPassword(input.MasterUserPassword);
  if (input.BackupRetentionPeriod === 0)
    throw invalidValue("Invalid backup retention period: 0. It must be between 1 and 35.");
  const [wrong] = isAurora(cluster) ? keysOf(pick(input, ["DBClusterInstanceClass", "AllocatedStorage", "Iops"])) : [];
  if (wrong) throw invalidCombination(`${wrong} isn't supported for DB clusters of aurora-postgresql`);
}

function settingsAtOnce({ settings: current }: Cluster, input: ModifyDBClusterCommandInput): Partial<DBCluster> {
  const settings: Partial<DBCluster> = pick(input, [...AT_ONCE, ...FOR_INSTANCES]);
  if (input.VpcSecurityGroupIds) settings.VpcSecurityGroups = securityGroups(input.VpcSecurityGroupIds);
  if (input.EnablePerformanceInsights !== undefined)
    settings.PerformanceInsightsEnabled = input.EnablePerformanceInsights;
  const logs = input.CloudwatchLogsExportConfiguration;
  if (logs) settings.EnabledCloudwatchLogsExports = exportedLogs(current.EnabledCloudwatchLogsExports, logs);
  return settings;
}

/** A rename takes the cluster's endpoints away at once. Its members keep their names and their endpoints. */
function apply(
  store: Store,
  cluster: Cluster,
  { now, port }: { now: ClusterPendingModifiedValues; port: number | undefined },
): void {
  const { world, databases } = store;
  const { modifyMs, renameMs, renameDnsMs } = world.latencies.rds;
  const { DBClusterIdentifier: name, MasterUserPassword: masked, IAMDatabaseAuthenticationEnabled: iam } = now;
  const password = masked && cluster.pendingPassword;
  if (name) store.reserved.clusters.add(name);
  const resolvesAt = world.clock.now() + Math.max(renameMs, renameDnsMs);
  pass(store, cluster, {
    status: name ? "renaming" : "modifying",
    ms: name ? renameMs : modifyMs,
    work: async () => {
      if (password) await databases.setPassword(cluster.generation, { username: cluster.username, password });
    },
    next: async () => {
      for (const key of keysOf(now)) delete cluster.pending[key];
      if (masked) delete cluster.pendingPassword;
      if (iam !== undefined) cluster.settings.IAMDatabaseAuthenticationEnabled = iam;
      if (port !== undefined) cluster.port = port;
      const { DBClusterInstanceClass, AllocatedStorage } = cluster.settings;
      if (!isAurora(cluster))
        for (const { settings } of membersOf(store, cluster))
          Object.assign(settings, { DBInstanceClass: DBClusterInstanceClass, AllocatedStorage });
      if (name) rename(store, cluster, { name, resolvesAt });
      await settle(store, cluster);
    },
  });
}
