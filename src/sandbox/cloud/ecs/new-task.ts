import type * as ecs from "@aws-sdk/client-ecs";
import { arn } from "../world.ts";
import { remainingOf } from "./container-instance.ts";
import { bindPorts } from "./placement.ts";
import { type EcsState, now } from "./state.ts";
import { setTags } from "./tags.ts";
import type { NewTask, Registration, Task } from "./task.ts";

/** Makes the record of a task in PROVISIONING; `task-life.ts` takes it from there. */
export function createTask(state: EcsState, request: NewTask): Task {
  const { world, containers } = state;
  const { cluster, definition, networkConfiguration, loadBalancers = [], overrides = {}, pinned = new Map() } = request;
  const id = world.ids.hex(32);
  const { instance, launchType, capacityProviderName } = request.placement;
  const awsvpc = definition.networkMode === "awsvpc";
  const address = awsvpc || !instance ? containers.allocateAddress(id) : instance.address;
  const taken = new Set(instance && remainingOf(state, instance).ports);
  const subnets = networkConfiguration?.awsvpcConfiguration?.subnets ?? [];
  const zone = state.tasks.size % Math.max(subnets.length, 1);
  const task: Task = {
    arn: arn(world, "ecs", `task/${cluster.name}/${id}`),
    id,
    cluster,
    group: request.group,
    startedBy: request.startedBy,
    owner: request.owner,
    definition,
    overrides: { containerOverrides: [], inferenceAcceleratorOverrides: [], ...overrides },
    launchType,
    capacityProviderName,
    platformVersion: launchType === "FARGATE" ? platformOf(request.platformVersion) : undefined,
    instance,
    availabilityZone: instance?.availabilityZone ?? `${world.region}${"abcdef"[zone % 6]}`,
    enableExecuteCommand: request.enableExecuteCommand,
    address,
    networkInterface: awsvpc
      ? {
          attachmentId: uuid(world.ids.hex(32)),
          id: `eni-${world.ids.hex(17)}`,
          subnet: subnets[zone] ?? "",
        }
      : undefined,
    lastStatus: "PROVISIONING",
    desiredStatus: "RUNNING",
    version: 1,
    at: { created: now(state) },
    containers: definition.containerDefinitions.map((container) => ({
      arn: arn(world, "ecs", `container/${cluster.name}/${id}/${uuid(world.ids.hex(32))}`),
      definition: container,
      bindings: awsvpc ? [] : bindPorts(container, definition.networkMode, taken),
      lastStatus: "PENDING",
      health: "UNKNOWN",
    })),
    registrations: [],
    pinned,
  };
  task.registrations = loadBalancers.map((balancer) => registrationOf(task, balancer));
  state.tasks.set(task.arn, task);
  setTags(state, task.arn, request.tags);
  return task;
}

/** A task with an address of its own is a target by that; any other by its instance and the port there. */
function registrationOf(task: Task, { targetGroupArn, containerName, containerPort }: ecs.LoadBalancer): Registration {
  const container = task.containers.find(({ definition }) => definition.name === containerName);
  const binding = container?.bindings.find((one) => one.containerPort === containerPort);
  const target = task.networkInterface
    ? { id: task.address, port: containerPort! }
    : { id: task.instance!.ec2InstanceId, port: binding!.hostPort! };
  return { targetGroupArn: targetGroupArn!, target, state: "none" };
}

/** "LATEST" is 1.4.0 for Linux. */
export const platformOf = (version = "LATEST"): string => (version === "LATEST" ? "1.4.0" : version);

const uuid = (hex: string): string => hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
