import { type DeleteDBClusterCommandInput, InvalidDBClusterStateFault$ } from "@aws-sdk/client-rds";
import { awsError } from "../../../wire/service.ts";
import { removeInstance, unlessItFailed } from "../delete.ts";
import { invalidCombination } from "../errors.ts";
import { pass } from "../lifecycle.ts";
import { type Cluster, isAurora } from "../model.ts";
import { record } from "../record.ts";
import { fill } from "../snapshots.ts";
import { findCluster, membersOf, type Store } from "../store.ts";
import { newClusterSnapshot } from "./cluster-snapshots.ts";

/** Deletes a cluster. Aurora's must have lost its instances before; a Multi-AZ DB cluster's go with it. */
export function deleteCluster(store: Store, input: DeleteDBClusterCommandInput): Cluster {
  const { world, databases, clusters } = store;
  const { SkipFinalSnapshot: skip = false, FinalDBSnapshotIdentifier: final } = input;
  const cluster = findCluster(store, input.DBClusterIdentifier!);
  const members = membersOf(store, cluster);
  if (skip && final !== undefined)
    throw invalidCombination("FinalDBSnapshotIdentifier can not be specified when SkipFinalSnapshot is true.");
  if (!skip && final === undefined)
    throw invalidCombination("FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified.");
  if (cluster.settings.DeletionProtection)
    throw invalidCombination("Cannot delete protected Cluster, please disable deletion protection and try again.");
  const refusal = (message: string) => awsError(InvalidDBClusterStateFault$, message);
  if (isAurora(cluster) && members.some(({ status }) => status !== "deleting"))
    throw refusal("Cluster cannot be deleted, it still contains DB instances in non-deleting state.");
  if (cluster.status !== "available" && !(skip && cluster.status === "failed"))
    throw refusal(`DB cluster ${cluster.identifier} is not in available state: ${cluster.status}`);

  const snapshot = final === undefined ? undefined : newClusterSnapshot(store, cluster, { name: final, tags: [] });
  for (const member of members) if (member.status !== "deleting") removeInstance(store, member);
  const inEngine = unlessItFailed(cluster);
  pass(store, cluster, {
    status: "deleting",
    ms: world.latencies.rds.deleteMs,
    work: async () => {
      await inEngine(databases.stop(cluster.generation, "clean"));
      if (!snapshot) return;
      await new Promise<void>((resolve, reject) => {
        fill(store, snapshot, async () => resolve()).catch(reject);
      });
    },
    next: async () => {
      await inEngine(databases.remove(cluster.generation));
      clusters.delete(cluster.identifier);
      store.names.lead(cluster, []);
      record(store, cluster, "deleted");
    },
  });
  return cluster;
}
