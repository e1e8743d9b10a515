import type { CreateDBInstanceCommandInput, DBInstance } from "@aws-sdk/client-rds";
import { begin } from "./begin.ts";
import { checkEngine, checkVersion, DEFAULT_ENGINE_VERSION, DEFAULT_PORT, ownerOf } from "./check-input.ts";
import { encryption } from "./encryption.ts";
import { invalidValue, refuseOthers } from "./errors.ts";
import { checkSubnetGroup } from "./groups.ts";
import type { Instance } from "./model.ts";
import { COMMON_MEMBERS, settingsOf } from "./new-instance.ts";
import { pick } from "./pick.ts";
import type { Store } from "./store.ts";
import { checkedTags } from "./tags.ts";

/** What a creation takes as it is given, and a restore does not take. */
const AS_GIVEN = [
  "PreferredMaintenanceWindow",
  "MaxAllocatedStorage",
  "MonitoringInterval",
  "MonitoringRoleArn",
  "PerformanceInsightsKMSKeyId",
  "PerformanceInsightsRetentionPeriod",
  "DatabaseInsightsMode",
] as const;
const CREATE_ONLY = [
  "DBName",
  "MasterUsername",
  "MasterUserPassword",
  "EngineVersion",
  "EnablePerformanceInsights",
  "StorageEncrypted",
  "KmsKeyId",
] as const;

export function createInstance(store: Store, input: CreateDBInstanceCommandInput): Instance {
  refuseOthers("CreateDBInstance", input, [...COMMON_MEMBERS, ...AS_GIVEN, ...CREATE_ONLY]);
  checkEngine(input.Engine);
  const owner = ownerOf(input);
  if (input.AllocatedStorage === undefined)
    throw invalidValue("The parameter AllocatedStorage must be provided and must not be blank.");
  checkSubnetGroup(input.DBSubnetGroupName);
  const settings: DBInstance = {
    ...settingsOf(store.world, input),
    EngineVersion: checkVersion(input.EngineVersion ?? DEFAULT_ENGINE_VERSION),
    DBName: input.DBName,
    ...encryption(store.world, input),
    ...pick(input, AS_GIVEN),
    PerformanceInsightsEnabled: input.EnablePerformanceInsights ?? false,
  };
  return begin(store, {
    identifier: input.DBInstanceIdentifier!,
    settings,
    port: input.Port ?? DEFAULT_PORT,
    username: owner.username,
    parameterGroupName: input.DBParameterGroupName,
    backupWindow: input.PreferredBackupWindow,
    tags: checkedTags(input.Tags),
    prepare: (generation) => store.databases.create(generation, owner),
  });
}
