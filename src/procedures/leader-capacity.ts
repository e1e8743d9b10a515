import type { CapacityProviderStrategyItem, RunTaskCommandInput } from "@aws-sdk/client-ecs";
import type { CapacityProvider } from "../aws/ecs-capacity.ts";
import type { EcsService } from "../aws/ecs-shapes.ts";

/** What a cluster offers beside Fargate. */
export type ClusterCapacity = { defaultStrategy: CapacityProviderStrategyItem[]; providers: CapacityProvider[] };

/** Where the leader runs. `doubt` says why its capacity may be Spot after all, or is. */
export type LeaderCapacity =
  | { on: "fargate"; beside?: "spot" }
  | { on: "instances"; provider?: string; grows: boolean; doubt?: string }
  | { on: "spot"; provider: string }
  | { on: "external" };

type Service = Pick<EcsService, "launchType" | "capacityProviderStrategy" | "platformVersion"> &
  Pick<EcsService, "placementConstraints" | "placementStrategy">;

/** What a service's nodes are started on: a service that shows neither a launch type nor a strategy has the cluster's. */
export const strategyOf = (
  { launchType, capacityProviderStrategy }: Pick<Service, "launchType" | "capacityProviderStrategy">,
  { defaultStrategy }: Pick<ClusterCapacity, "defaultStrategy">,
): CapacityProviderStrategyItem[] =>
  capacityProviderStrategy.length > 0 || launchType ? capacityProviderStrategy : defaultStrategy;

export const isFargate = ({ capacityProvider }: CapacityProviderStrategyItem): boolean =>
  capacityProvider === "FARGATE" || capacityProvider === "FARGATE_SPOT";

/**
 * On-demand capacity, never Spot: an interruption in the middle of a migration cannot be undone without a restore. Of several providers the one
 * that the service itself prefers among those that are not known, nor named, to be Spot.
 */
export function leaderCapacity(service: Service, cluster: ClusterCapacity): LeaderCapacity {
  const strategy = strategyOf(service, cluster);
  if (service.launchType === "EXTERNAL") return { on: "external" };
  if (service.launchType === "FARGATE") return { on: "fargate" };
  if (strategy.some(isFargate))
    return strategy.some(({ capacityProvider }) => capacityProvider === "FARGATE_SPOT")
      ? { on: "fargate", beside: "spot" }
      : { on: "fargate" };
  if (strategy.length === 0) return { on: "instances", grows: false };

  const known = strategy.map(({ capacityProvider = "", base = 0, weight = 0 }) => {
    const { spot, grows = false } = cluster.providers.find(({ name }) => name === capacityProvider) ?? {};
    const doubt =
      spot === undefined && /spot/i.test(capacityProvider) ? `${capacityProvider} is named as Spot` : undefined;
    return { name: capacityProvider, base, weight, spot: spot ?? false, grows, doubt };
  });
  const [best] = known
    .filter(({ spot }) => !spot)
    .toSorted(
      (a, b) => Number(a.doubt !== undefined) - Number(b.doubt !== undefined) || b.base - a.base || b.weight - a.weight,
    );
  return best
    ? { on: "instances", provider: best.name, grows: best.grows, ...(best.doubt && { doubt: best.doubt }) }
    : { on: "spot", provider: known[0]!.name };
}

/** The same for RunTask, which knows neither the service's capacity nor its placement. Fargate takes no placement. */
export function capacityInput(
  { platformVersion, placementConstraints, placementStrategy }: Service,
  capacity: LeaderCapacity,
): Partial<RunTaskCommandInput> {
  switch (capacity.on) {
    case "fargate":
      return { launchType: "FARGATE", platformVersion };
    case "external":
      return { launchType: "EXTERNAL" };
    case "spot":
    case "instances":
      return {
        ...(capacity.provider === undefined
          ? { launchType: "EC2" as const }
          : { capacityProviderStrategy: [{ capacityProvider: capacity.provider, weight: 1 }] }),
        ...(placementConstraints.length > 0 && { placementConstraints }),
        ...(placementStrategy.length > 0 && { placementStrategy }),
      };
  }
}
