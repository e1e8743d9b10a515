import type * as rds from "@aws-sdk/client-rds";
import type { DatabaseEngine } from "../../substrate/databases.ts";
import type { Network } from "../../substrate/network.ts";
import type { Handlers } from "../../wire/server.ts";
import { copyOfState } from "../copy-of-state.ts";
import type { Known } from "../iam/known.ts";
import { quotasSchema } from "../settings.ts";
import type { World } from "../world.ts";
import { clusterHandlers } from "./clusters/cluster-handlers.ts";
import { clusterSnapshotHandlers } from "./clusters/cluster-snapshot-handlers.ts";
import { type Disturbance, disturb } from "./disturb.ts";
import { refresh, refreshProxy } from "./endpoints.ts";
import { groupHandlers } from "./group-handlers.ts";
import { lookedUp } from "./identifiers.ts";
import { instanceHandlers } from "./instance-handlers.ts";
import { kill } from "./kill.ts";
import { setStatus } from "./lifecycle.ts";
import { createNames } from "./names.ts";
import { proxyHandlers } from "./proxies/proxy-handlers.ts";
import { replicaHandlers } from "./replicas.ts";
import { snapshotHandlers } from "./snapshot-handlers.ts";
import { stateOf } from "./state.ts";
import type { Store } from "./store.ts";
import { tagHandlers } from "./tags.ts";

export type Rds = {
  handlers: Handlers<typeof rds>;
  /** The reads over everything as it is now, which later changes do not reach; how far a snapshot is depends on the moment that is meant. */
  remember(): (asOfMs: number) => Handlers<typeof rds>;
  /** What IAM looks up. */
  known: Known["rds"];
  /** Everything that RDS holds, for people. */
  state(): unknown;
  /**
   * Crashes the database of an instance or a cluster. RDS starts it again by itself after `rebootMs`; no acknowledged write is lost, and
   * its status stays what it was. Rejects with DBInstanceNotFound.
   */
  kill(identifier: string): Promise<void>;
  /** Throws DBInstanceNotFound. */
  disturb(identifier: string, disturbance: Disturbance): void;
  /** Closes every endpoint; nothing happens any more. The engine is its owner's to shut down. */
  stop(): Promise<void>;
};

/** RDS for PostgreSQL: instances, Aurora and Multi-AZ DB clusters, their snapshots, and proxies. */
export function createRds(
  world: World,
  { databases, network }: { databases: DatabaseEngine; network?: Pick<Network, "name"> },
): Rds {
  const coming = new Set<() => void>();
  const store: Store = {
    world,
    databases,
    names: createNames(network),
    instances: new Map(),
    clusters: new Map(),
    snapshots: new Map(),
    clusterSnapshots: new Map(),
    proxies: new Map(),
    reserved: { instances: new Set(), clusters: new Set() },
    parameterGroups: new Map(),
    clusterParameterGroups: new Map(),
    failNextRestore: false,
    quotas: world.quotas ?? quotasSchema.parse({}),
    stopped: false,
    after(database, ms, run) {
      if (store.stopped) return;
      const cancel = world.timers.after(ms, () => {
        coming.delete(cancel);
        run().catch((error: unknown) => {
          if (!store.stopped) setStatus(store, database, "failed", String(error));
        });
      });
      coming.add(cancel);
    },
  };

  return {
    handlers: {
      ...instanceHandlers(store),
      ...replicaHandlers(store),
      ...snapshotHandlers(store),
      ...clusterHandlers(store),
      ...clusterSnapshotHandlers(store),
      ...proxyHandlers(store),
      ...tagHandlers(store),
      ...groupHandlers(store),
    },
    remember() {
      const then = copyOfState(store, [world, databases, store.names]);
      return (asOfMs) => {
        const at = { ...then, world: { ...world, clock: { ...world.clock, now: () => asOfMs } } };
        return {
          ...instanceHandlers(at),
          ...snapshotHandlers(at),
          ...clusterHandlers(at),
          ...clusterSnapshotHandlers(at),
        };
      };
    },
    known: {
      instance: (name) => store.instances.get(lookedUp(name)),
      snapshot: (name) => store.snapshots.get(lookedUp(name)),
      cluster: (name) => store.clusters.get(lookedUp(name)),
      clusterSnapshot: (name) => store.clusterSnapshots.get(lookedUp(name)),
    },
    state: () => stateOf(store),
    kill: (identifier) => kill(store, identifier),
    disturb: (identifier, disturbance) => disturb(store, identifier, disturbance),
    async stop() {
      store.stopped = true;
      for (const cancel of coming) cancel();
      coming.clear();
      const { instances, clusters, proxies } = store;
      await Promise.all([...instances.values(), ...clusters.values()].map((database) => refresh(store, database)));
      await Promise.all([...proxies.values()].map((proxy) => refreshProxy(store, proxy)));
    },
  };
}
