import * as rds from "@aws-sdk/client-rds";
import type { Handlers } from "../../../wire/server.ts";
import { awsError } from "../../../wire/service.ts";
import { refuseOthers } from "../errors.ts";
import { lookedUp } from "../identifiers.ts";
import { pass, settle } from "../lifecycle.ts";
import type { Cluster } from "../model.ts";
import { matches, page } from "../pages.ts";
import { clusterArn, findCluster, findInstance, type Store } from "../store.ts";
import { createCluster } from "./create-cluster.ts";
import { deleteCluster } from "./delete-cluster.ts";
import { describeCluster } from "./describe-cluster.ts";
import { nextWriter } from "./members.ts";
import { modifyCluster } from "./modify-cluster.ts";
import { restoreCluster } from "./restore-cluster.ts";

export function clusterHandlers(store: Store) {
  const { world, clusters } = store;
  const answer = (cluster: Cluster) => ({ DBCluster: describeCluster(store, cluster) });
  const filters: Record<string, (cluster: Cluster) => (string | undefined)[]> = {
    "db-cluster-id": ({ identifier }) => [identifier, clusterArn(world, identifier)],
    "db-cluster-resource-id": ({ resourceId }) => [resourceId],
    engine: ({ settings }) => [settings.Engine],
  };
  return {
    CreateDBCluster: (input) => answer(createCluster(store, input)),
    RestoreDBClusterFromSnapshot: (input) => answer(restoreCluster(store, input)),
    ModifyDBCluster: (input) => answer(modifyCluster(store, input)),
    DeleteDBCluster(input) {
      refuseOthers("DeleteDBCluster", input, ["DBClusterIdentifier", "SkipFinalSnapshot", "FinalDBSnapshotIdentifier"]);
      return answer(deleteCluster(store, input));
    },
    DescribeDBClusters({ DBClusterIdentifier: name, Filters, ...paging }) {
      const passes = matches(Filters, filters);
      if (name !== undefined) findCluster(store, name);
      const found = [...clusters.values()].filter(
        (cluster) => passes(cluster) && (name === undefined || cluster.identifier === lookedUp(name)),
      );
      const { items, Marker } = page(found, ({ identifier }) => identifier, paging);
      return { DBClusters: items.map((cluster) => describeCluster(store, cluster)), Marker };
    },
    FailoverDBCluster({ DBClusterIdentifier, TargetDBInstanceIdentifier: target }) {
      const cluster = findCluster(store, DBClusterIdentifier!);
      const refusal = (message: string) => awsError(rds.InvalidDBClusterStateFault$, message);
      if (cluster.status !== "available")
        throw refusal(`DB cluster ${cluster.identifier} is not in available state: ${cluster.status}`);
      const next = target === undefined ? nextWriter(store, cluster) : findInstance(store, target);
      if (!next || next === cluster.writer || next.cluster !== cluster)
        throw refusal("Cannot failover cluster since there is no reader instance to fail over to.");
      if (next.status !== "available")
        throw awsError(rds.InvalidDBInstanceStateFault$, `Instance ${next.identifier} is ${next.status}.`);
      pass(store, cluster, {
        status: "failing-over",
        ms: world.latencies.rds.rebootMs,
        next: async () => {
          cluster.writer = next;
          await settle(store, cluster);
        },
      });
      return answer(cluster);
    },
  } satisfies Handlers<typeof rds>;
}
