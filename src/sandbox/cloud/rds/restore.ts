import type { DBInstance, RestoreDBInstanceFromDBSnapshotCommandInput } from "@aws-sdk/client-rds";
import { begin } from "./begin.ts";
import { checkEngine } from "./check-input.ts";
import { requireKey } from "./encryption.ts";
import { invalidValue, refuseOthers } from "./errors.ts";
import { checkSubnetGroup } from "./groups.ts";
import type { Instance } from "./model.ts";
import { COMMON_MEMBERS, settingsOf } from "./new-instance.ts";
import { requireAvailable, restoreContent } from "./snapshots.ts";
import { findSnapshot, type Store } from "./store.ts";
import { checkedTags } from "./tags.ts";

/**
 * A restore always makes a new instance. What the caller does not give is the default, not what the original had, but for the engine,
 * class, size, port, master user, licence, encryption and backup retention. Monitoring, Performance Insights, storage autoscaling and
 * the maintenance window cannot be given.
 */
export function restoreInstance(store: Store, input: RestoreDBInstanceFromDBSnapshotCommandInput): Instance {
  refuseOthers("RestoreDBInstanceFromDBSnapshot", input, [...COMMON_MEMBERS, "DBSnapshotIdentifier"]);
  checkEngine(input.Engine);
  if (input.DBSnapshotIdentifier === undefined)
    throw invalidValue("The parameter DBSnapshotIdentifier must be provided and must not be blank.");
  const snapshot = findSnapshot(store, input.DBSnapshotIdentifier);
  requireAvailable(snapshot, "restore");
  const { settings: original, port, username, contentId } = snapshot;
  const { EngineVersion, DBName, StorageEncrypted, KmsKeyId } = original;
  requireKey(KmsKeyId);
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
  checkSubnetGroup(input.DBSubnetGroupName);
  return begin(store, {
    identifier: input.DBInstanceIdentifier!,
    settings,
    port: input.Port ?? port,
    username,
    parameterGroupName: input.DBParameterGroupName,
    backupWindow: input.PreferredBackupWindow,
    tags: checkedTags(input.Tags),
    prepare: (generation) => restoreContent(store, contentId, generation),
  });
}
