import {
  type DBInstance,
  InvalidDBInstanceStateFault$,
  type ModifyDBInstanceCommandInput,
  type PendingModifiedValues,
} from "@aws-sdk/client-rds";
import { awsError } from "../../wire/service.ts";
import { checkPassword, checkSettings, freeIdentifier } from "./check-input.ts";
import { invalidCombination, refuseOthers } from "./errors.ts";
import { parameterGroup } from "./groups.ts";
import { pass, record, setStatus, settle, withdraw } from "./lifecycle.ts";
import { securityGroups } from "./new-instance.ts";
import { findInstance, type Instance, isUsable, type Store } from "./store.ts";

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
];

/**
 * The maintenance window never comes here, so what waits for it stays pending until a later call with `ApplyImmediately`, which applies
 * everything that is pending.
 */
export function modifyInstance(store: Store, input: ModifyDBInstanceCommandInput): Instance {
  refuseOthers("ModifyDBInstance", input, [...AT_ONCE, ...PENDING, ...OTHERS]);
  const instance = findInstance(store, input.DBInstanceIdentifier!);
  if (!isUsable(instance))
    throw awsError(
      InvalidDBInstanceStateFault$,
      `Database instance ${instance.identifier} is not in available state: ${instance.status}`,
    );
  const settings = settingsAtOnce(instance, input);
  const pending = pendingValues(store, instance, input);
  checkSettings({ ...instance.settings, ...settings, ...pending });
  if (input.AllocatedStorage !== undefined && input.AllocatedStorage < (instance.settings.AllocatedStorage ?? 0))
    throw invalidCombination("Requested storage size cannot be less than the current storage size.");

  const group = input.DBParameterGroupName;
  if (group)
    instance.parameterGroup = {
      name: parameterGroup(store, group, instance.settings.EngineVersion!),
      status: "pending-reboot",
    };
  Object.assign(instance.settings, settings);
  Object.assign(instance.pending, pending);
  instance.pendingPassword = input.MasterUserPassword ?? instance.pendingPassword;

  const now = input.ApplyImmediately ? instance.pending : alwaysAtOnce(instance.pending);
  if (Object.keys(now).length) apply(store, instance, { ...now });
  else if (Object.keys(settings).length || group)
    pass(store, instance, {
      status: "modifying",
      ms: store.world.latencies.rds.modifyMs,
      work: async () => {},
      next: () => settle(store, instance),
    });
  return instance;
}

function settingsAtOnce(instance: Instance, input: ModifyDBInstanceCommandInput): Partial<DBInstance> {
  const settings: Partial<DBInstance> = pick(input, AT_ONCE);
  if (input.VpcSecurityGroupIds) settings.VpcSecurityGroups = securityGroups(input.VpcSecurityGroupIds);
  if (input.EnablePerformanceInsights !== undefined)
    settings.PerformanceInsightsEnabled = input.EnablePerformanceInsights;
  const logs = input.CloudwatchLogsExportConfiguration;
  if (logs) {
    const kept = (instance.settings.EnabledCloudwatchLogsExports ?? []).filter(
      (type) => !logs.DisableLogTypes?.includes(type),
    );
    settings.EnabledCloudwatchLogsExports = [...new Set([...kept, ...(logs.EnableLogTypes ?? [])])];
  }
  return settings;
}

function pendingValues(store: Store, instance: Instance, input: ModifyDBInstanceCommandInput): PendingModifiedValues {
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

const alwaysAtOnce = (pending: PendingModifiedValues) => pick(pending, ["MasterUserPassword", "Port"]);

/** Applies pending values, with the interruption that they need. */
function apply(store: Store, instance: Instance, values: PendingModifiedValues): void {
  const { world, databases } = store;
  const { modifyMs, renameMs, renameDnsMs, storageOptimizationMs } = world.latencies.rds;
  const { DBInstanceIdentifier: name, Port: port, MasterUserPassword: masked, ...settings } = values;
  const password = masked && instance.pendingPassword;
  const storage = settings.AllocatedStorage ?? settings.StorageType ?? settings.Iops ?? settings.StorageThroughput;
  const interrupts = name !== undefined || port !== undefined || settings.DBInstanceClass !== undefined;
  if (name) store.reserved.add(name);
  const resolvesAt = name ? world.clock.now() + Math.max(renameMs, renameDnsMs) : instance.resolvesAt;

  pass(store, instance, {
    status: name ? "renaming" : "modifying",
    ms: name ? renameMs : modifyMs,
    // A rename is a reboot, and the old name is gone at once.
    work: async () => {
      if (password) await databases.setPassword(instance.generation, { username: instance.username, password });
      if (name || port) await withdraw(instance);
      if (interrupts) await databases.stop(instance.generation, "clean");
    },
    next: async () => {
      for (const key of keysOf(values)) delete instance.pending[key];
      if (masked) delete instance.pendingPassword;
      Object.assign(instance.settings, settings);
      if (port) instance.port = port;
      instance.resolvesAt = resolvesAt;
      if (interrupts) await databases.start(instance.generation);
      if (name) takeName(store, instance, name);
      if (storage !== undefined) optimizeStorage(store, instance, storageOptimizationMs);
      await settle(store, instance);
    },
  });
}

function takeName(store: Store, instance: Instance, name: string): void {
  store.instances.delete(instance.identifier);
  store.reserved.delete(name);
  instance.identifier = name;
  store.instances.set(name, instance);
  record(store, instance, "renamed");
}

function optimizeStorage(store: Store, instance: Instance, ms: number): void {
  instance.rest = "storage-optimization";
  store.after(instance, ms, async () => {
    instance.rest = "available";
    if (instance.status === "storage-optimization") setStatus(store, instance, "available");
  });
}

const keysOf = (values: PendingModifiedValues) => Object.keys(values) as (keyof PendingModifiedValues)[];

function pick<Source extends object, Key extends keyof Source>(
  source: Source,
  keys: readonly Key[],
): Pick<Source, Key> {
  return Object.fromEntries(keys.filter((key) => source[key] !== undefined).map((key) => [key, source[key]])) as Pick<
    Source,
    Key
  >;
}
