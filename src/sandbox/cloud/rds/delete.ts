import { type DeleteDBInstanceCommandInput, InvalidDBInstanceStateFault$ } from "@aws-sdk/client-rds";
import { awsError } from "../../wire/service.ts";
import { forgetBackups } from "./backups.ts";
import { loseMember, requireRemovable } from "./clusters/members.ts";
import { invalidCombination } from "./errors.ts";
import { newSnapshotIdentifier } from "./identifiers.ts";
import { pass } from "./lifecycle.ts";
import { type Database, type Instance, isUsable, type Snapshot } from "./model.ts";
import { record } from "./record.ts";
import { fill, newSnapshot } from "./snapshots.ts";
import { findInstance, replicasOf, type Store } from "./store.ts";

/** Deletes an instance, after a final snapshot unless the caller skips it. */
export function deleteInstance(store: Store, input: DeleteDBInstanceCommandInput): Instance {
  const instance = findInstance(store, input.DBInstanceIdentifier!);
  const { SkipFinalSnapshot: skip = false, FinalDBSnapshotIdentifier: final } = input;
  checkFinalSnapshot(instance, { skip, final });
  if (instance.status === "deleting")
    throw awsError(InvalidDBInstanceStateFault$, `Instance ${instance.identifier} is already being deleted.`);
  if (instance.settings.DeletionProtection)
    throw invalidCombination("Cannot delete protected DB Instance, please disable deletion protection and try again.");
  requireRemovable(instance);
  const deletable =
    isUsable(instance) || (final === undefined && ["stopped", "failed", "storage-full"].includes(instance.status));
  if (!deletable)
    throw awsError(
      InvalidDBInstanceStateFault$,
      `Instance ${instance.identifier} is currently ${instance.status} - try again later.`,
    );
  const snapshot =
    final === undefined
      ? undefined
      : newSnapshot(store, instance, { identifier: newSnapshotIdentifier(final), type: "manual", tags: [] });
  removeInstance(store, instance, snapshot);
  return instance;
}

/** A member has nothing of its own to snapshot, and neither has a replica. */
function checkFinalSnapshot(
  { cluster, replicaOf }: Instance,
  { skip, final }: { skip: boolean; final: string | undefined },
): void {
  if (cluster) {
    if (final !== undefined)
      throw invalidCombination("FinalDBSnapshotIdentifier can not be specified when deleting a cluster instance");
    return;
  }
  if (replicaOf && final !== undefined)
    throw invalidCombination("FinalDBSnapshotIdentifier can not be specified when deleting a replica instance");
  if (skip && final !== undefined)
    throw invalidCombination("FinalDBSnapshotIdentifier can not be specified when SkipFinalSnapshot is true.");
  if (!skip && final === undefined)
    throw invalidCombination("FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified.");
}

/** What failed may have no data: it was never made. */
export const unlessItFailed =
  ({ status }: Database) =>
  (work: Promise<void>): Promise<void> =>
    status === "failed" ? work.catch(() => {}) : work;

export function removeInstance(store: Store, instance: Instance, finalSnapshot?: Snapshot): void {
  const { world, databases, instances } = store;
  const inEngine = unlessItFailed(instance);
  pass(store, instance, {
    status: "deleting",
    ms: world.latencies.rds.deleteMs,
    work: async () => {
      if (instance.cluster) return loseMember(store, instance);
      await inEngine(databases.stop(instance.generation, "clean"));
      if (!finalSnapshot) return;
      await new Promise<void>((resolve, reject) => {
        fill(store, finalSnapshot, async () => resolve()).catch(reject);
      });
      finalSnapshot.createTime = finalSnapshot.contentAt;
    },
    next: async () => {
      if (!instance.cluster) await inEngine(databases.remove(instance.generation));
      // Replicas of what is gone stand alone.
      for (const replica of replicasOf(store, instance)) delete replica.replicaOf;
      await forgetBackups(store, instance);
      instances.delete(instance.identifier);
      store.names.lead(instance, []);
      record(store, instance, "deleted");
    },
  });
}
