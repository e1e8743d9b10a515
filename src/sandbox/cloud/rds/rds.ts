import type * as rds from "@aws-sdk/client-rds";
import type { DatabaseEngine } from "../../substrate/databases.ts";
import type { Handlers } from "../../wire/server.ts";
import type { World } from "../world.ts";
import { describeInstance, describeSnapshot } from "./describe.ts";
import { groupHandlers } from "./groups.ts";
import { instanceHandlers } from "./instance-handlers.ts";
import { record, setStatus, withdraw } from "./lifecycle.ts";
import { snapshotHandlers } from "./snapshot-handlers.ts";
import { findInstance, type Store } from "./store.ts";
import { tagHandlers } from "./tags.ts";

export type Rds = {
  handlers: Handlers<typeof rds>;
  /** Instances and snapshots as they are, for people. */
  state(): unknown;
  /**
   * Crashes an instance's database. RDS starts it again by itself after `rebootMs`; no acknowledged write is lost, and its status stays
   * what it was. Rejects with DBInstanceNotFound.
   */
  kill(identifier: string): Promise<void>;
  /** Closes every endpoint; nothing happens any more. The engine is its owner's to shut down. */
  stop(): Promise<void>;
};

/** RDS for PostgreSQL instances. */
export function createRds(world: World, { databases }: { databases: DatabaseEngine }): Rds {
  const coming = new Set<() => void>();
  let stopped = false;
  const store: Store = {
    world,
    databases,
    instances: new Map(),
    snapshots: new Map(),
    reserved: new Set(),
    parameterGroups: new Map(),
    after(instance, ms, run) {
      if (stopped) return;
      const cancel = world.timers.after(ms, () => {
        coming.delete(cancel);
        run().catch((error: unknown) => {
          if (!stopped) setStatus(store, instance, "failed", String(error));
        });
      });
      coming.add(cancel);
    },
  };

  return {
    handlers: {
      ...instanceHandlers(store),
      ...snapshotHandlers(store),
      ...tagHandlers(store),
      ...groupHandlers(store),
    },
    state: () => ({
      instances: [...store.instances.values()].map((instance) => ({
        ...describeInstance(store, instance),
        generation: instance.generation,
        reachable: instance.endpoint !== undefined,
        reason: instance.reason,
      })),
      snapshots: [...store.snapshots.values()].map((snapshot) => ({
        ...describeSnapshot(store, snapshot),
        generation: snapshot.generation,
      })),
    }),
    async kill(identifier) {
      const instance = findInstance(store, identifier);
      await databases.stop(instance.generation, "crash");
      record(store, instance, "status", "the database crashed");
      store.after(instance, world.latencies.rds.rebootMs, async () => {
        if (instance.status === "deleting" || instance.status === "stopping" || instance.status === "stopped") return;
        await databases.start(instance.generation);
        record(store, instance, "status", "the database recovered");
      });
    },
    async stop() {
      stopped = true;
      for (const cancel of coming) cancel();
      coming.clear();
      await Promise.all([...store.instances.values()].map(withdraw));
    },
  };
}
