import type {
  CreateDBInstanceCommandInput,
  DBInstance,
  RestoreDBInstanceFromDBSnapshotCommandInput,
} from "@aws-sdk/client-rds";
import { checkEngine, checkInstanceQuota, checkSettings, freeIdentifier, ownerOf } from "./check-input.ts";
import { invalidValue, refuseOthers } from "./errors.ts";
import { checkSubnetGroup, parameterGroup } from "./groups.ts";
import { record, settle } from "./lifecycle.ts";
import { COMMON_MEMBERS, settingsOf } from "./new-instance.ts";
import { requireAvailable } from "./snapshots.ts";
import { findSnapshot, type Instance, type Store } from "./store.ts";
import { checkedTags } from "./tags.ts";

/** What the embedded server is. */
const DEFAULT_ENGINE_VERSION = "18.4";
const DEFAULT_PORT = 5432;

const CREATE_ONLY = [
  "DBName",
  "MasterUsername",
  "MasterUserPassword",
  "EngineVersion",
  "PreferredMaintenanceWindow",
  "MaxAllocatedStorage",
  "MonitoringInterval",
  "MonitoringRoleArn",
  "EnablePerformanceInsights",
  "PerformanceInsightsKMSKeyId",
  "PerformanceInsightsRetentionPeriod",
  "DatabaseInsightsMode",
  "StorageEncrypted",
  "KmsKeyId",
] as const;

export function createInstance(store: Store, input: CreateDBInstanceCommandInput): Instance {
  refuseOthers("CreateDBInstance", input, [...COMMON_MEMBERS, ...CREATE_ONLY]);
  const owner = ownerOf(input);
  if (input.AllocatedStorage === undefined)
    throw invalidValue("The parameter AllocatedStorage must be provided and must not be blank.");
  const version = input.EngineVersion ?? DEFAULT_ENGINE_VERSION;
  if (!/^\d+(\.\d+)?$/.test(version)) throw invalidValue(`Cannot find version ${version} for postgres`);
  const settings: DBInstance = { ...settingsOf(store.world, input), EngineVersion: version, DBName: input.DBName };
  for (const member of [
    "PreferredMaintenanceWindow",
    "MaxAllocatedStorage",
    "MonitoringInterval",
    "MonitoringRoleArn",
    "PerformanceInsightsKMSKeyId",
    "PerformanceInsightsRetentionPeriod",
    "DatabaseInsightsMode",
    "StorageEncrypted",
    "KmsKeyId",
  ] as const)
    if (input[member] !== undefined) Object.assign(settings, { [member]: input[member] });
  settings.PerformanceInsightsEnabled = input.EnablePerformanceInsights ?? false;

  const port = input.Port ?? DEFAULT_PORT;
  return begin(store, input, { settings, port, username: owner.username }, (generation) =>
    store.databases.create(generation, owner),
  );
}

/**
 * A restore always makes a new instance. What the caller does not give is the default, not what the original had, but for the engine,
 * class, size, port, master user, licence and backup retention. Monitoring, Performance Insights, storage autoscaling and the maintenance
 * window cannot be given.
 */
export function restoreInstance(store: Store, input: RestoreDBInstanceFromDBSnapshotCommandInput): Instance {
  refuseOthers("RestoreDBInstanceFromDBSnapshot", input, [...COMMON_MEMBERS, "DBSnapshotIdentifier"]);
  if (input.DBSnapshotIdentifier === undefined)
    throw invalidValue("The parameter DBSnapshotIdentifier must be provided and must not be blank.");
  const snapshot = findSnapshot(store, input.DBSnapshotIdentifier);
  requireAvailable(snapshot, "restore");
  const { settings: original, port, username, contentId } = snapshot;
  const { EngineVersion, DBName, StorageEncrypted, KmsKeyId } = original;
  const settings: DBInstance = {
    ...settingsOf(store.world, {
      ...input,
      DBInstanceClass: input.DBInstanceClass ?? original.DBInstanceClass,
      AllocatedStorage: input.AllocatedStorage ?? original.AllocatedStorage,
      LicenseModel: input.LicenseModel ?? original.LicenseModel,
      BackupRetentionPeriod: input.BackupRetentionPeriod ?? original.BackupRetentionPeriod,
    }),
    ...{ EngineVersion, DBName, StorageEncrypted, KmsKeyId },
  };
  if ((settings.AllocatedStorage ?? 0) < (original.AllocatedStorage ?? 0))
    throw invalidValue("The allocated storage must not be less than that of the snapshot.");
  return begin(store, input, { settings, port: input.Port ?? port, username }, (generation) =>
    store.databases.restore(contentId, generation),
  );
}

function begin(
  store: Store,
  input: CreateDBInstanceCommandInput | RestoreDBInstanceFromDBSnapshotCommandInput,
  { settings, port, username }: { settings: DBInstance; port: number; username: string },
  prepare: (generation: string) => Promise<void>,
): Instance {
  const { world, instances } = store;
  checkEngine(input.Engine);
  const identifier = freeIdentifier(store, input.DBInstanceIdentifier!);
  checkInstanceQuota(store);
  checkSettings({ ...settings, Port: port });
  checkSubnetGroup(input.DBSubnetGroupName);
  const group = parameterGroup(store, input.DBParameterGroupName, settings.EngineVersion!);
  const instance: Instance = {
    identifier,
    resourceId: `db-${world.ids.hex(26).toUpperCase()}`,
    generation: `data-${world.ids.hex(12)}`,
    status: "creating",
    rest: "available",
    createdAt: world.clock.now(),
    port,
    username,
    parameterGroup: { name: group, status: "in-sync" },
    settings,
    pending: {},
    tags: checkedTags(input.Tags),
    resolvesAt: 0,
  };
  instances.set(identifier, instance);
  record(store, instance, "created");
  const preparing = prepare(instance.generation);
  preparing.catch(() => {}); // looked at below, when the time has passed
  store.after(instance, world.latencies.rds.instanceMs, async () => {
    await preparing;
    instance.createdAt = world.clock.now();
    await settle(store, instance);
  });
  return instance;
}
