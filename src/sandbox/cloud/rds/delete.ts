import { type DeleteDBInstanceCommandInput, InvalidDBInstanceStateFault$ } from "@aws-sdk/client-rds";
import { awsError } from "../../wire/service.ts";
import { invalidCombination } from "./errors.ts";
import { pass, record, withdraw } from "./lifecycle.ts";
import { fill, newSnapshot } from "./snapshots.ts";
import { findInstance, type Instance, isUsable, type Store } from "./store.ts";

/** Deletes an instance, after a final snapshot unless the caller skips it. */
export function deleteInstance(store: Store, input: DeleteDBInstanceCommandInput): Instance {
  const { world, databases, instances } = store;
  const { SkipFinalSnapshot: skip = false, FinalDBSnapshotIdentifier: final } = input;
  const instance = findInstance(store, input.DBInstanceIdentifier!);
  if (skip && final !== undefined)
    throw invalidCombination("FinalDBSnapshotIdentifier can not be specified when SkipFinalSnapshot is true.");
  if (!skip && final === undefined)
    throw invalidCombination("FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified.");
  if (instance.status === "deleting")
    throw awsError(InvalidDBInstanceStateFault$, `Instance ${instance.identifier} is already being deleted.`);
  if (instance.settings.DeletionProtection)
    throw invalidCombination("Cannot delete protected DB Instance, please disable deletion protection and try again.");
  const deletable = isUsable(instance) || (skip && ["stopped", "failed"].includes(instance.status));
  if (!deletable)
    throw awsError(
      InvalidDBInstanceStateFault$,
      `Instance ${instance.identifier} is currently ${instance.status} - try again later.`,
    );

  const snapshot = final === undefined ? undefined : newSnapshot(store, instance, final, []);
  pass(store, instance, {
    status: "deleting",
    ms: world.latencies.rds.deleteMs,
    work: async () => {
      await withdraw(instance);
      await databases.stop(instance.generation, "clean");
      if (!snapshot) return;
      await new Promise<void>((resolve, reject) => {
        fill(store, snapshot, async () => resolve()).catch(reject);
      });
      snapshot.createTime = snapshot.contentAt;
    },
    next: async () => {
      await databases.remove(instance.generation);
      instances.delete(instance.identifier);
      record(store, instance, "deleted");
    },
  });
  return instance;
}
