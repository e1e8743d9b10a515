import * as rds from "@aws-sdk/client-rds";
import type { Handlers } from "../../wire/server.ts";
import { awsError } from "../../wire/service.ts";
import { createMember } from "./clusters/members.ts";
import { createInstance } from "./create.ts";
import { deleteInstance } from "./delete.ts";
import { describeInstance } from "./describe.ts";
import { invalidCombination, refuseOthers } from "./errors.ts";
import { lookedUp } from "./identifiers.ts";
import { halt, pass, revive, setStatus, settle } from "./lifecycle.ts";
import { type Instance, isUsable } from "./model.ts";
import { modifyInstance } from "./modify.ts";
import { matches, page } from "./pages.ts";
import { restoreInstance } from "./restore.ts";
import { clusterArn, findInstance, instanceArn, type Store } from "./store.ts";

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
    "db-cluster-id": ({ cluster }) => (cluster ? [cluster.identifier, clusterArn(world, cluster.identifier)] : []),
    domain: () => [],
    engine: ({ settings }) => [settings.Engine],
  };
  return {
    CreateDBInstance: (input) =>
      answer(input.DBClusterIdentifier === undefined ? createInstance(store, input) : createMember(store, input)),
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
        work: () => halt(store, instance),
        next: async () => {
          await revive(store, instance);
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
      if (instance.cluster)
        throw invalidCombination("The specified instance is a member of a cluster and can not be stopped by itself.");
      pass(store, instance, {
        status: "stopping",
        ms: world.latencies.rds.rebootMs,
        work: () => databases.stop(instance.generation, "clean"),
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
