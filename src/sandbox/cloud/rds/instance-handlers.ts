import * as rds from "@aws-sdk/client-rds";
import type { Handlers } from "../../wire/server.ts";
import { awsError } from "../../wire/service.ts";
import { createInstance, restoreInstance } from "./begin.ts";
import { deleteInstance } from "./delete.ts";
import { describeInstance } from "./describe.ts";
import { invalidCombination, refuseOthers } from "./errors.ts";
import { lookedUp } from "./identifiers.ts";
import { pass, setStatus, settle, withdraw } from "./lifecycle.ts";
import { modifyInstance } from "./modify.ts";
import { matches, page } from "./pages.ts";
import { findInstance, type Instance, instanceArn, isUsable, type Store } from "./store.ts";

export function instanceHandlers(store: Store) {
  const { world, databases, instances } = store;
  const answer = (instance: Instance) => ({ DBInstance: describeInstance(store, instance) });
  const requireState = (instance: Instance, wanted: boolean) => {
    if (!wanted)
      throw awsError(
        rds.InvalidDBInstanceStateFault$,
        `Instance ${instance.identifier} is not in a state for this: ${instance.status}`,
      );
  };
  const filters: Record<string, (instance: Instance) => (string | undefined)[]> = {
    "db-instance-id": ({ identifier }) => [identifier, instanceArn(world, identifier)],
    "dbi-resource-id": ({ resourceId }) => [resourceId],
    "db-cluster-id": () => [],
    domain: () => [],
    engine: ({ settings }) => [settings.Engine],
  };
  return {
    CreateDBInstance: (input) => answer(createInstance(store, input)),
    RestoreDBInstanceFromDBSnapshot: (input) => answer(restoreInstance(store, input)),
    ModifyDBInstance: (input) => answer(modifyInstance(store, input)),
    DeleteDBInstance: (input) => answer(deleteInstance(store, input)),
    DescribeDBInstances({ DBInstanceIdentifier: name, Filters, ...paging }) {
      const passes = matches(Filters, filters);
      if (name !== undefined) findInstance(store, name);
      const found = [...instances.values()].filter(
        (instance) => passes(instance) && (name === undefined || instance.identifier === lookedUp(name)),
      );
      const { items, Marker } = page(found, ({ identifier }) => identifier, paging);
      return { DBInstances: items.map((instance) => describeInstance(store, instance)), Marker };
    },
    RebootDBInstance(input) {
      const instance = findInstance(store, input.DBInstanceIdentifier!);
      requireState(instance, isUsable(instance));
      if (input.ForceFailover && !instance.settings.MultiAZ)
        throw invalidCombination("Cannot force a failover of an instance that is not Multi-AZ.");
      pass(store, instance, {
        status: "rebooting",
        ms: world.latencies.rds.rebootMs,
        work: () => databases.stop(instance.generation, "clean"),
        next: async () => {
          await databases.start(instance.generation);
          instance.parameterGroup.status = "in-sync";
          await settle(store, instance);
        },
      });
      return answer(instance);
    },
    StopDBInstance(input) {
      refuseOthers("StopDBInstance", input, ["DBInstanceIdentifier"]);
      const instance = findInstance(store, input.DBInstanceIdentifier!);
      requireState(instance, isUsable(instance));
      pass(store, instance, {
        status: "stopping",
        ms: world.latencies.rds.rebootMs,
        work: async () => {
          await withdraw(instance);
          await databases.stop(instance.generation, "clean");
        },
        next: async () => setStatus(store, instance, "stopped"),
      });
      return answer(instance);
    },
    StartDBInstance(input) {
      const instance = findInstance(store, input.DBInstanceIdentifier!);
      requireState(instance, instance.status === "stopped");
      pass(store, instance, {
        status: "starting",
        ms: world.latencies.rds.rebootMs,
        work: () => databases.start(instance.generation),
        next: () => settle(store, instance),
      });
      return answer(instance);
    },
  } satisfies Handlers<typeof rds>;
}
