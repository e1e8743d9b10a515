import { arn } from "../world.ts";
import { type EcsState, now } from "./state.ts";
import { setTags } from "./tags.ts";
import type { NewTask, Registration, Task } from "./task.ts";

/** Makes the record of a task in PROVISIONING; `task-life.ts` takes it from there. */
export function createTask(state: EcsState, request: NewTask): Task {
  const { world, containers } = state;
  const { cluster, definition, networkConfiguration, loadBalancers = [], overrides = {}, pinned = new Map() } = request;
  const id = world.ids.hex(32);
  const address = containers.allocateAddress(id);
  const subnets = networkConfiguration?.awsvpcConfiguration?.subnets ?? [];
  const zone = state.tasks.size % Math.max(subnets.length, 1);
  const provider = chooseProvider(request);
  const task: Task = {
    arn: arn(world, "ecs", `task/${cluster.name}/${id}`),
    id,
    cluster,
    group: request.group,
    startedBy: request.startedBy,
    owner: request.owner,
    definition,
    overrides: { containerOverrides: [], inferenceAcceleratorOverrides: [], ...overrides },
    launchType: "FARGATE",
    capacityProviderName: provider,
    platformVersion: platformOf(request.platformVersion),
    availabilityZone: `${world.region}${"abcdef"[zone % 6]}`,
    enableExecuteCommand: request.enableExecuteCommand,
    networkInterface: {
      attachmentId: uuid(world.ids.hex(32)),
      id: `eni-${world.ids.hex(17)}`,
      subnet: subnets[zone] ?? "",
      address,
    },
    lastStatus: "PROVISIONING",
    desiredStatus: "RUNNING",
    version: 1,
    at: { created: now(state) },
    containers: definition.containerDefinitions.map((container) => ({
      arn: arn(world, "ecs", `container/${cluster.name}/${id}/${uuid(world.ids.hex(32))}`),
      definition: container,
      lastStatus: "PENDING",
      health: "UNKNOWN",
    })),
    registrations: loadBalancers.map(
      ({ targetGroupArn, containerPort }): Registration => ({
        targetGroupArn: targetGroupArn!,
        target: { id: address, port: containerPort! },
        state: "none",
      }),
    ),
    pinned,
  };
  state.tasks.set(task.arn, task);
  setTags(state, task.arn, request.tags);
  return task;
}

/** "LATEST" is 1.4.0 for Linux. */
export const platformOf = (version = "LATEST"): string => (version === "LATEST" ? "1.4.0" : version);

const uuid = (hex: string): string => hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");

function chooseProvider({ capacityProviderStrategy = [] }: NewTask): string | undefined {
  const rank = ({ base = 0, weight = 0 }) => base * 1_000 + weight;
  return capacityProviderStrategy.toSorted((a, b) => rank(b) - rank(a))[0]?.capacityProvider;
}
