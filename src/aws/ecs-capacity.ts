import {
  type CapacityProviderStrategyItem,
  DescribeCapacityProvidersCommand,
  DescribeClustersCommand,
  DescribeContainerInstancesCommand,
  type ECSClient,
  GetTaskProtectionCommand,
  ListContainerInstancesCommand,
} from "@aws-sdk/client-ecs";
import { type EcsInstance, toInstance } from "./ecs-instance.ts";

/** A capacity provider as far as the runbook reads it. */
export type CapacityProvider = {
  name: string;
  /** Undefined where ECS does not say: an Auto Scaling group may hold either. */
  spot?: boolean;
  /** It adds instances by itself where there is no room for a task. */
  grows: boolean;
};

/** A task that scale-in and deployments leave alone. Without an end it lasts until it is taken back. */
export type Protection = { taskArn: string; until?: string };

/** What tasks run on, and what keeps them there. Batches are those of the API: a hundred each. */
export function createEcsCapacity(client: ECSClient) {
  /** Container instances that are gone are missing from the answer. */
  async function instances(cluster: string, arns: string[]): Promise<EcsInstance[]> {
    const found: EcsInstance[] = [];
    for (const containerInstances of batches(arns, 100)) {
      const page = await client.send(new DescribeContainerInstancesCommand({ cluster, containerInstances }));
      found.push(...(page.containerInstances ?? []).map(toInstance));
    }
    return found;
  }

  return {
    instances,

    async allInstances(cluster: string): Promise<EcsInstance[]> {
      const arns: string[] = [];
      for (let nextToken: string | undefined; ; ) {
        const page = await client.send(new ListContainerInstancesCommand({ cluster, nextToken }));
        arns.push(...(page.containerInstanceArns ?? []));
        nextToken = page.nextToken;
        if (!nextToken) return instances(cluster, arns);
      }
    },

    /** What a service gets that names neither a launch type nor a strategy; nothing stands for EC2. */
    async defaultStrategy(cluster: string): Promise<CapacityProviderStrategyItem[]> {
      const { clusters: [found] = [] } = await client.send(new DescribeClustersCommand({ clusters: [cluster] }));
      return found?.defaultCapacityProviderStrategy ?? [];
    },

    async capacityProviders(cluster: string, names: string[]): Promise<CapacityProvider[]> {
      const found: CapacityProvider[] = [];
      for (const capacityProviders of batches(names, 100)) {
        const page = await client.send(new DescribeCapacityProvidersCommand({ cluster, capacityProviders }));
        found.push(
          ...(page.capacityProviders ?? []).map(({ name, autoScalingGroupProvider, managedInstancesProvider }) => {
            const option = managedInstancesProvider?.instanceLaunchTemplate?.capacityOptionType ?? "ON_DEMAND";
            return {
              name: name ?? "",
              spot: managedInstancesProvider ? option === "SPOT" : undefined,
              grows:
                managedInstancesProvider !== undefined ||
                autoScalingGroupProvider?.managedScaling?.status === "ENABLED",
            };
          }),
        );
      }
      return found;
    },

    /** Of tasks of services: only those can be protected. Tasks that have ended meanwhile are missing from the answer. */
    async protections(cluster: string, taskArns: string[]): Promise<Protection[]> {
      const found: Protection[] = [];
      for (const tasks of batches(taskArns, 100)) {
        const { protectedTasks = [] } = await client.send(new GetTaskProtectionCommand({ cluster, tasks }));
        for (const { taskArn = "", protectionEnabled, expirationDate } of protectedTasks)
          if (protectionEnabled) found.push({ taskArn, until: expirationDate?.toISOString() });
      }
      return found;
    },
  };
}

/** None where there is nothing: the API takes an empty list for "all", or refuses it. */
function* batches<Item>(items: Item[], size: number): Generator<Item[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}
