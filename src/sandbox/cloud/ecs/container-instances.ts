import * as ecs from "@aws-sdk/client-ecs";
import type { Handlers } from "../../wire/server.ts";
import { arn } from "../world.ts";
import { checkEnum, clientError, invalid, nameOf, notSimulated } from "./checks.ts";
import { findCluster } from "./clusters.ts";
import { type ContainerInstance, describeInstance, tasksOn } from "./container-instance.ts";
import { page } from "./pages.ts";
import { type Cluster, type EcsState, now } from "./state.ts";
import type { TaskLife } from "./task-life.ts";

/** The agent's own ports and Docker's. */
const RESERVED_PORTS = [22, 2375, 2376, 51678, 51679];
/** Says which capacity provider an instance is of; AWS reads that from its Auto Scaling group. */
export const PROVIDER_ATTRIBUTE = "sandbox.capacity-provider";

export const containerInstanceHandlers = (
  state: EcsState,
  { life, changed }: { life: TaskLife; changed: (cluster: Cluster) => void },
) => {
  function find(cluster: Cluster, reference: string): ContainerInstance {
    const instance = lookUp(cluster, reference);
    if (!instance) throw invalid("The referenced container instance was not found.");
    return instance;
  }
  const lookUp = (cluster: Cluster, reference: string) =>
    [...state.instances.values()].find(
      (instance) =>
        instance.cluster === cluster &&
        instance.status !== "INACTIVE" &&
        (instance.arn === reference || instance.id === nameOf(reference)),
    );

  return {
    /** What the ECS agent calls on an instance's first boot: `instanceIdentityDocument` names the instance and its zone. */
    RegisterContainerInstance({ cluster: reference, instanceIdentityDocument, totalResources = [], attributes = [] }) {
      const cluster = findCluster(state, reference);
      const id = state.world.ids.hex(32);
      const { instanceId = `i-${state.world.ids.hex(17)}`, availabilityZone } = readDocument(instanceIdentityDocument);
      const total = (name: string) => totalResources.find((resource) => resource.name === name);
      const address = state.containers.allocateAddress(id, { keep: true });
      const instance: ContainerInstance = {
        arn: arn(state.world, "ecs", `container-instance/${cluster.name}/${id}`),
        id,
        ec2InstanceId: instanceId,
        cluster,
        address,
        availabilityZone: availabilityZone ?? `${state.world.region}${"abcdef"[state.instances.size % 3]}`,
        status: "ACTIVE",
        cpu: total("CPU")?.integerValue ?? 2048,
        memory: total("MEMORY")?.integerValue ?? 3884,
        ports: [...RESERVED_PORTS, ...(total("PORTS")?.stringSetValue ?? []).map(Number)],
        capacityProviderName: attributes.find(({ name }) => name === PROVIDER_ATTRIBUTE)?.value,
        attributes,
        registeredAt: now(state),
        version: 1,
      };
      state.instances.set(instance.arn, instance);
      state.world.instances ??= new Map();
      state.world.instances.set(instanceId, address);
      changed(cluster);
      return { containerInstance: describeInstance(state, instance) };
    },

    /** Tasks of services that run there are lost with it; without `force` there must be none. */
    DeregisterContainerInstance({ cluster: reference, containerInstance, force = false }) {
      const cluster = findCluster(state, reference);
      const instance = find(cluster, containerInstance!);
      const tasks = tasksOn(state, instance);
      if (tasks.length && !force) throw invalid("Found running tasks on the instance.");
      instance.status = "INACTIVE";
      for (const task of tasks)
        life.stop(task, { code: "TerminationNotice", reason: "Host EC2 terminated.", drain: false });
      changed(cluster);
      return { containerInstance: describeInstance(state, instance) };
    },

    UpdateContainerInstancesState({ cluster: reference, containerInstances = [], status }) {
      const cluster = findCluster(state, reference);
      checkEnum("status", status, ecs.ContainerInstanceStatus);
      if (status !== "ACTIVE" && status !== "DRAINING")
        throw invalid(`Container instance status should be one of [ACTIVE, DRAINING].`);
      const found = containerInstances.map((one) => find(cluster, one));
      for (const instance of found) Object.assign(instance, { status, version: instance.version + 1 });
      changed(cluster);
      return { containerInstances: found.map((instance) => describeInstance(state, instance)), failures: [] };
    },

    DescribeContainerInstances({ cluster: reference, containerInstances = [] }) {
      const cluster = findCluster(state, reference);
      if (!containerInstances.length) throw invalid("Container instances cannot be empty.");
      if (containerInstances.length > 100) throw invalid("Container instances cannot have more than 100 elements.");
      const found = containerInstances.map((one) => ({ one, instance: lookUp(cluster, one) }));
      return {
        containerInstances: found.flatMap(({ instance }) => (instance ? [describeInstance(state, instance)] : [])),
        failures: found
          .filter(({ instance }) => !instance)
          .map(({ one }) => ({
            arn: arn(state.world, "ecs", `container-instance/${cluster.name}/${nameOf(one)}`),
            reason: "MISSING",
          })),
      };
    },

    ListContainerInstances({ cluster: reference, status, filter, ...paging }) {
      const cluster = findCluster(state, reference);
      checkEnum("status", status, ecs.ContainerInstanceStatus);
      if (filter) throw notSimulated("A filter of container instances");
      const found = [...state.instances.values()].filter(
        (one) => one.cluster === cluster && (status ? one.status === status : one.status !== "INACTIVE"),
      );
      const { items, nextToken } = page(found, paging);
      return { containerInstanceArns: items.map((instance) => instance.arn), nextToken };
    },
  } satisfies Handlers<typeof ecs>;
};

function readDocument(text = "{}"): { instanceId?: string; availabilityZone?: string } {
  try {
    return JSON.parse(text) as object;
  } catch {
    throw clientError("The instance identity document is no JSON.");
  }
}
