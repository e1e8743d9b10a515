import type * as ecs from "@aws-sdk/client-ecs";
import type { Cluster, EcsState, Revision } from "./state.ts";
import { isRunning, type Task } from "./task.ts";
import { amount } from "./task-definition-rules.ts";

/** An EC2 instance that is part of a cluster: plain capacity. */
export type ContainerInstance = {
  arn: string;
  id: string;
  ec2InstanceId: string;
  cluster: Cluster;
  /** Tasks that have no address of their own are reached at this one. */
  address: string;
  availabilityZone: string;
  /** What is on a DRAINING instance stays there until something replaces it; nothing new comes. */
  status: "ACTIVE" | "DRAINING" | "INACTIVE";
  cpu: number;
  memory: number;
  /** Host ports that the instance itself uses. */
  ports: number[];
  capacityProviderName?: string;
  attributes: ecs.Attribute[];
  registeredAt: Date;
  version: number;
};

/** CPU units, MiB and fixed host ports. */
export type Resources = { cpu: number; memory: number; ports: number[] };

/** What a task takes from an instance: what its definition says for the task, else for all of its containers. */
export function requirementsOf({ cpu, memory, networkMode, containerDefinitions }: Revision): Resources {
  const total = (of: (container: Revision["containerDefinitions"][number]) => number) =>
    containerDefinitions.reduce((sum, container) => sum + of(container), 0);
  return {
    cpu: cpu === undefined ? total((container) => container.cpu ?? 0) : amount(cpu, "vCPU"),
    memory:
      memory === undefined
        ? total((container) => container.memoryReservation ?? container.memory ?? 0)
        : amount(memory, "GB"),
    ports: networkMode === "awsvpc" ? [] : containerDefinitions.flatMap((one) => fixedPortsOf(one, networkMode)),
  };
}

/** In the host's own network a container's port is the host's; in a bridge 0 stands for any that is free. */
const fixedPortsOf = ({ portMappings = [] }: ecs.ContainerDefinition, networkMode: string | undefined): number[] =>
  portMappings
    .map(({ containerPort, hostPort }) => (networkMode === "host" ? containerPort : hostPort) ?? 0)
    .filter((port) => port > 0);

const HOLDS_NOTHING = ["DEPROVISIONING", "STOPPED"];

/** Tasks whose containers are on the instance. */
export const tasksOn = (state: EcsState, instance: ContainerInstance): Task[] =>
  [...state.tasks.values()].filter((task) => task.instance === instance && !HOLDS_NOTHING.includes(task.lastStatus));

export function remainingOf(state: EcsState, instance: ContainerInstance): Resources {
  const used = tasksOn(state, instance);
  const needs = used.map(({ definition }) => requirementsOf(definition));
  return {
    cpu: instance.cpu - needs.reduce((sum, { cpu }) => sum + cpu, 0),
    memory: instance.memory - needs.reduce((sum, { memory }) => sum + memory, 0),
    ports: [...instance.ports, ...used.flatMap(portsOf)],
  };
}

const portsOf = (task: Task): number[] =>
  task.containers.flatMap(({ bindings }) => bindings.map(({ hostPort = 0 }) => hostPort));

export function describeInstance(state: EcsState, instance: ContainerInstance): ecs.ContainerInstance {
  const tasks = tasksOn(state, instance);
  const running = tasks.filter(isRunning).length;
  return {
    containerInstanceArn: instance.arn,
    ec2InstanceId: instance.ec2InstanceId,
    capacityProviderName: instance.capacityProviderName,
    status: instance.status,
    agentConnected: instance.status !== "INACTIVE",
    registeredResources: listResources(instance),
    remainingResources: listResources(remainingOf(state, instance)),
    runningTasksCount: running,
    pendingTasksCount: tasks.filter((task) => task.desiredStatus === "RUNNING").length - running,
    attributes: [...instance.attributes, { name: "ecs.availability-zone", value: instance.availabilityZone }],
    attachments: [],
    registeredAt: instance.registeredAt,
    version: instance.version,
    tags: state.tags.get(instance.arn) ?? [],
  };
}

const listResources = ({ cpu, memory, ports }: Resources): ecs.Resource[] => [
  { name: "CPU", type: "INTEGER", integerValue: cpu },
  { name: "MEMORY", type: "INTEGER", integerValue: memory },
  { name: "PORTS", type: "STRINGSET", stringSetValue: ports.map(String) },
  { name: "PORTS_UDP", type: "STRINGSET", stringSetValue: [] },
];
