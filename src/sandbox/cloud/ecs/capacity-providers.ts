import type * as ecs from "@aws-sdk/client-ecs";
import type { Handlers } from "../../wire/server.ts";
import { arn } from "../world.ts";
import { clientError, invalid, isName, nameOf, notSimulated } from "./checks.ts";
import { page } from "./pages.ts";
import type { CapacityProvider, EcsState } from "./state.ts";

/** FARGATE and FARGATE_SPOT are there in every account; others stand for Auto Scaling groups, which grow by nobody's hand here. */
export const capacityProviderHandlers = (state: EcsState) =>
  ({
    CreateCapacityProvider({ name = "", autoScalingGroupProvider }) {
      if (!isName(name) || /^(aws|ecs|fargate)/i.test(name)) throw invalid(`Invalid capacity provider name: ${name}`);
      if (!autoScalingGroupProvider) throw notSimulated("A capacity provider without an Auto Scaling group");
      if (state.capacityProviders.has(name))
        throw clientError("The specified capacity provider already exists. To change it, update it.");
      const provider: CapacityProvider = {
        name,
        arn: arn(state.world, "ecs", `capacity-provider/${name}`),
        autoScalingGroupProvider: {
          managedTerminationProtection: "DISABLED",
          managedDraining: "ENABLED",
          ...autoScalingGroupProvider,
        },
      };
      state.capacityProviders.set(name, provider);
      return { capacityProvider: describe(provider) };
    },

    DescribeCapacityProviders({ capacityProviders, ...paging }) {
      const wanted = capacityProviders?.map(nameOf);
      const found = [...state.capacityProviders.values()].filter(
        ({ name }) => !wanted?.length || wanted.includes(name),
      );
      const missing = (wanted ?? []).filter((name) => !state.capacityProviders.has(name));
      const { items, nextToken } = page(found, paging);
      return {
        capacityProviders: items.map(describe),
        failures: missing.map((name) => ({
          arn: arn(state.world, "ecs", `capacity-provider/${name}`),
          reason: "MISSING",
        })),
        nextToken,
      };
    },
  }) satisfies Handlers<typeof ecs>;

export function checkProviders(
  state: EcsState,
  given: { capacityProviders: string[]; defaultCapacityProviderStrategy: ecs.CapacityProviderStrategyItem[] },
): void {
  const unknown = given.capacityProviders.find((name) => !state.capacityProviders.has(name));
  if (unknown) throw invalid(`The specified capacity provider '${unknown}' was not found.`);
  if (given.defaultCapacityProviderStrategy.some((item) => !given.capacityProviders.includes(item.capacityProvider!)))
    throw invalid(
      "The specified capacity provider strategy cannot contain a capacity provider that is not associated with the cluster.",
    );
}

const describe = ({
  name,
  arn: capacityProviderArn,
  autoScalingGroupProvider,
}: CapacityProvider): ecs.CapacityProvider => ({
  capacityProviderArn,
  name,
  status: "ACTIVE",
  autoScalingGroupProvider,
  tags: [],
});
