import { describeCluster, describeClusterSnapshot } from "./clusters/describe-cluster.ts";
import { describeInstance, describeSnapshot } from "./describe.ts";
import { endpointOf } from "./hosts.ts";
import type { Database } from "./model.ts";
import { describeProxy } from "./proxies/proxy.ts";
import { describeTargets } from "./proxies/targets.ts";
import type { Store } from "./store.ts";

/** Automated snapshots come and go by themselves and are apart from those that somebody took. */
export function stateOf(store: Store) {
  const { instances, clusters, snapshots, clusterSnapshots, proxies } = store;
  const beyondTheApi = (database: Database) => ({
    generation: database.generation,
    reachable: database.endpoints.open.has(endpointOf(store, database)),
    reason: database.reason,
  });
  const described = [...snapshots.values()].map((snapshot) => ({
    ...describeSnapshot(store, snapshot),
    generation: snapshot.generation,
  }));
  return {
    instances: [...instances.values()].map((one) => ({ ...describeInstance(store, one), ...beyondTheApi(one) })),
    snapshots: described.filter(({ SnapshotType }) => SnapshotType === "manual"),
    automatedSnapshots: described.filter(({ SnapshotType }) => SnapshotType === "automated"),
    clusters: [...clusters.values()].map((one) => ({ ...describeCluster(store, one), ...beyondTheApi(one) })),
    clusterSnapshots: [...clusterSnapshots.values()].map((snapshot) => ({
      ...describeClusterSnapshot(store, snapshot),
      generation: snapshot.generation,
    })),
    proxies: [...proxies.values()].map((proxy) => ({
      ...describeProxy(store, proxy),
      targets: proxy.target ? describeTargets(store, proxy.target) : [],
    })),
  };
}
