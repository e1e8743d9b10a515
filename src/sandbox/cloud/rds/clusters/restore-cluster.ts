import type { DBCluster, RestoreDBClusterFromSnapshotCommandInput } from "@aws-sdk/client-rds";
import { checkVersion } from "../check-input.ts";
import { requireKey } from "../encryption.ts";
import { invalidCombination, invalidValue, refuseOthers } from "../errors.ts";
import { checkSubnetGroup } from "../groups.ts";
import type { Cluster } from "../model.ts";
import { restoreContent } from "../snapshots.ts";
import { findClusterSnapshot, type Store } from "../store.ts";
import { checkedTags } from "../tags.ts";
import { beginCluster, checkClusterEngine, checkEngineMode } from "./begin-cluster.ts";
import { COMMON_CLUSTER_MEMBERS, clusterSettings } from "./cluster-settings.ts";
import { requireAvailableClusterSnapshot } from "./cluster-snapshots.ts";

/**
 * A restore always makes a new cluster, of Aurora one without instances. What the caller does not give is the default, not what the
 * original had, but for the version, port, master user, encryption and backup retention. The maintenance window and Database Insights
 * cannot be given.
 */
export function restoreCluster(store: Store, input: RestoreDBClusterFromSnapshotCommandInput): Cluster {
  refuseOthers("RestoreDBClusterFromSnapshot", input, [...COMMON_CLUSTER_MEMBERS, "SnapshotIdentifier"]);
  const Engine = checkClusterEngine(input.Engine);
  checkEngineMode(input.EngineMode);
  if (input.SnapshotIdentifier === undefined)
    throw invalidValue("The parameter SnapshotIdentifier must be provided and must not be blank.");
  const snapshot = findClusterSnapshot(store, input.SnapshotIdentifier);
  requireAvailableClusterSnapshot(snapshot, "restore");
  const { settings: original, port, username, contentId } = snapshot;
  if (Engine !== original.Engine)
    throw invalidCombination(`The engine ${Engine} is not compatible with the snapshot's, ${original.Engine}.`);
  if (input.EngineVersion !== undefined && checkVersion(input.EngineVersion) !== original.EngineVersion)
    throw invalidCombination(
      `The snapshot's engine version is ${original.EngineVersion}, and no upgrade happens here.`,
    );
  const KmsKeyId = input.KmsKeyId ?? original.KmsKeyId;
  requireKey(KmsKeyId);
  checkSubnetGroup(input.DBSubnetGroupName);
  const settings: DBCluster = {
    ...clusterSettings(store.world, {
      ...input,
      Engine,
      AllocatedStorage: original.AllocatedStorage,
      Iops: input.Iops ?? original.Iops,
      DBClusterInstanceClass: input.DBClusterInstanceClass ?? original.DBClusterInstanceClass,
      BackupRetentionPeriod: input.BackupRetentionPeriod ?? original.BackupRetentionPeriod,
    }),
    EngineVersion: original.EngineVersion,
    DatabaseName: original.DatabaseName,
    StorageEncrypted: KmsKeyId !== undefined,
    KmsKeyId,
  };
  return beginCluster(store, {
    identifier: input.DBClusterIdentifier!,
    settings,
    port: input.Port ?? port,
    username,
    parameterGroupName: input.DBClusterParameterGroupName,
    tags: checkedTags(input.Tags),
    prepare: (generation) => restoreContent(store, contentId, generation),
  });
}
