import type * as ecs from "@aws-sdk/client-ecs";
import { type ContainerInstance, type Resources, remainingOf, requirementsOf, tasksOn } from "./container-instance.ts";
import type { Capacity, Cluster, EcsState, Revision } from "./state.ts";
import type { Task } from "./task.ts";
import { NO_CAPACITY } from "./trouble.ts";

/** Where a task goes: Fargate, or a container instance. */
export type Placement = { launchType: "EC2" | "FARGATE"; capacityProviderName?: string; instance?: ContainerInstance };
export type Misfit = { instance: ContainerInstance; reason: "RESOURCE:CPU" | "RESOURCE:MEMORY" | "RESOURCE:PORTS" };
/** No misfits: there is no instance at all that could be looked at, or Fargate has no room. */
export type Unplaced = { misfits: Misfit[]; noCapacity?: boolean };

export type PlacementRequest = {
  cluster: Cluster;
  definition: Revision;
  group: string;
  capacity: Capacity;
  placementConstraints?: ecs.PlacementConstraint[];
  /** Tasks that count for the base and the weights of a strategy. */
  siblings: Task[];
};

export const isPlaced = (result: Placement | Unplaced): result is Placement => "launchType" in result;

/** Fargate has room unless it is said to have none. Among the instances with room, the one with the fewest tasks is taken. */
export function findPlace(state: EcsState, request: PlacementRequest): Placement | Unplaced {
  const { capacityProviderStrategy = [], launchType } = request.capacity;
  const capacityProviderName = chooseProvider(capacityProviderStrategy, request.siblings);
  if (launchType === "FARGATE" || isFargate(capacityProviderName))
    return state.troubles.now.noCapacity
      ? { misfits: [], noCapacity: true }
      : { launchType: "FARGATE", capacityProviderName };
  const instances = [...state.instances.values()].filter(
    (instance) =>
      instance.cluster === request.cluster &&
      instance.status === "ACTIVE" &&
      (capacityProviderName === undefined || instance.capacityProviderName === capacityProviderName) &&
      !isTaken(state, instance, request),
  );
  const needs = requirementsOf(request.definition);
  const looked = instances.map((instance) => ({ instance, reason: misfit(needs, remainingOf(state, instance)) }));
  const [best] = looked
    .filter(({ reason }) => reason === undefined)
    .toSorted((a, b) => tasksOn(state, a.instance).length - tasksOn(state, b.instance).length);
  if (best) return { launchType: "EC2", capacityProviderName, instance: best.instance };
  return { misfits: looked.flatMap(({ instance, reason }) => (reason ? [{ instance, reason }] : [])) };
}

const isFargate = (provider: string | undefined): boolean => provider === "FARGATE" || provider === "FARGATE_SPOT";

function isTaken(state: EcsState, instance: ContainerInstance, { placementConstraints = [], group }: PlacementRequest) {
  if (!placementConstraints.some(({ type }) => type === "distinctInstance")) return false;
  return tasksOn(state, instance).some((task) => task.group === group);
}

function misfit(needs: Resources, left: Resources): Misfit["reason"] | undefined {
  if (needs.memory > left.memory) return "RESOURCE:MEMORY";
  if (needs.cpu > left.cpu) return "RESOURCE:CPU";
  return needs.ports.some((port) => left.ports.includes(port)) ? "RESOURCE:PORTS" : undefined;
}

/** First every base is filled, then the tasks beyond are spread by weight. */
function chooseProvider(strategy: ecs.CapacityProviderStrategyItem[], siblings: Task[]): string | undefined {
  const load = strategy.map(({ capacityProvider, base = 0, weight = 0 }) => {
    const count = siblings.filter((task) => task.capacityProviderName === capacityProvider).length;
    return { capacityProvider, missing: base - count, weight, beyond: Math.max(0, count - base) };
  });
  const based = load.find(({ missing }) => missing > 0);
  if (based) return based.capacityProvider;
  const weighted = load.filter(({ weight }) => weight > 0);
  const share = ({ beyond, weight }: { beyond: number; weight: number }) => (beyond + 1) / weight;
  return (weighted.toSorted((a, b) => share(a) - share(b))[0] ?? load[0])?.capacityProvider;
}

/** As the service scheduler words it, after "was unable to place a task". */
export function wordMisfit({ misfits, noCapacity }: Unplaced): string {
  if (noCapacity) return `. Reason: ${NO_CAPACITY}.`;
  const [closest] = misfits;
  const because = " because no container instance met all of its requirements.";
  if (!closest) return `${because} Reason: No Container Instances were found in your cluster.`;
  const why = {
    "RESOURCE:CPU": "has insufficient CPU units available",
    "RESOURCE:MEMORY": "has insufficient memory available",
    "RESOURCE:PORTS": "is already using a port required by your task",
  }[closest.reason];
  return `${because} The closest matching (container-instance ${closest.instance.id}) ${why}.`;
}

const FIRST_DYNAMIC_PORT = 32_768;

/** Host ports for a container's port mappings: the same port in the host's network, in a bridge the one that was asked for or any that is free. */
export function bindPorts(
  { portMappings = [] }: ecs.ContainerDefinition,
  networkMode: string | undefined,
  taken: Set<number>,
): ecs.NetworkBinding[] {
  return portMappings.map(({ containerPort, hostPort: wanted, protocol = "tcp" }) => {
    let hostPort = networkMode === "host" ? containerPort! : wanted || FIRST_DYNAMIC_PORT;
    while (networkMode !== "host" && !wanted && taken.has(hostPort)) hostPort += 1;
    taken.add(hostPort);
    return { bindIP: "0.0.0.0", containerPort, hostPort, protocol };
  });
}
