import * as ecs from "@aws-sdk/client-ecs";
import type { Handlers } from "../../wire/server.ts";
import { awsError } from "../../wire/service.ts";
import { arn } from "../world.ts";
import { checkProviders } from "./capacity-providers.ts";
import { invalid, isName, nameOf } from "./checks.ts";
import { page } from "./pages.ts";
import type { Cluster, EcsState } from "./state.ts";
import { setTags } from "./tags.ts";
import { isPending, isRunning } from "./task.ts";

/** A cluster by name or ARN, `default` where none is named. Throws ClusterNotFoundException. */
export function findCluster(state: EcsState, reference = "default"): Cluster {
  const cluster = state.clusters.get(nameOf(reference));
  if (!cluster || (reference.startsWith("arn:") && reference !== cluster.arn))
    throw awsError(ecs.ClusterNotFoundException$, "Cluster not found.");
  if (cluster.status === "INACTIVE")
    throw awsError(ecs.ClusterNotFoundException$, "The referenced cluster was inactive.");
  return cluster;
}

export const clusterHandlers = (state: EcsState) =>
  ({
    CreateCluster({ clusterName = "default", tags, settings, capacityProviders, defaultCapacityProviderStrategy }) {
      if (!isName(clusterName)) throw invalid(`Invalid cluster name: ${clusterName}`);
      const known = state.clusters.get(clusterName);
      if (known?.status === "ACTIVE") return { cluster: describeCluster(state, known) };
      const cluster: Cluster = {
        arn: arn(state.world, "ecs", `cluster/${clusterName}`),
        name: clusterName,
        status: "ACTIVE",
        settings: settings ?? [{ name: "containerInsights", value: "disabled" }],
        capacityProviders: capacityProviders ?? [],
        defaultCapacityProviderStrategy: defaultCapacityProviderStrategy ?? [],
      };
      checkProviders(state, cluster);
      state.clusters.set(clusterName, cluster);
      setTags(state, cluster.arn, tags);
      return { cluster: describeCluster(state, cluster) };
    },

    DescribeClusters({ clusters = ["default"], include = [] }) {
      if (clusters.length > 100) throw invalid("Clusters cannot have more than 100 elements.");
      const found = clusters.map((reference) => ({ reference, cluster: state.clusters.get(nameOf(reference)) }));
      return {
        clusters: found.flatMap(({ cluster }) =>
          cluster
            ? [
                {
                  ...describeCluster(state, cluster),
                  ...(include.includes("TAGS") && { tags: state.tags.get(cluster.arn) ?? [] }),
                  ...(include.includes("SETTINGS") && { settings: cluster.settings }),
                },
              ]
            : [],
        ),
        failures: found
          .filter(({ cluster }) => !cluster)
          .map(({ reference }) => ({
            arn: reference.startsWith("arn:") ? reference : arn(state.world, "ecs", `cluster/${reference}`),
            reason: "MISSING",
          })),
      };
    },

    PutClusterCapacityProviders({ cluster: reference, capacityProviders = [], defaultCapacityProviderStrategy = [] }) {
      const cluster = findCluster(state, reference);
      checkProviders(state, { capacityProviders, defaultCapacityProviderStrategy });
      Object.assign(cluster, { capacityProviders, defaultCapacityProviderStrategy });
      return { cluster: describeCluster(state, cluster) };
    },

    ListClusters(input) {
      const active = [...state.clusters.values()].filter(({ status }) => status === "ACTIVE");
      const { items, nextToken } = page(active, input);
      return { clusterArns: items.map((cluster) => cluster.arn), nextToken };
    },

    DeleteCluster({ cluster: reference }) {
      const cluster = findCluster(state, reference);
      const services = servicesOf(state, cluster).filter(({ status }) => status === "ACTIVE");
      if (services.length)
        throw awsError(
          ecs.ClusterContainsServicesException$,
          "The Cluster cannot be deleted while Services are active.",
        );
      if (tasksOf(state, cluster).some((task) => task.lastStatus !== "STOPPED"))
        throw awsError(ecs.ClusterContainsTasksException$, "The Cluster cannot be deleted while Tasks are active.");
      cluster.status = "INACTIVE";
      return { cluster: describeCluster(state, cluster) };
    },
  }) satisfies Handlers<typeof ecs>;

const servicesOf = (state: EcsState, cluster: Cluster) =>
  [...state.services.values()].filter((service) => service.cluster === cluster);
const tasksOf = (state: EcsState, cluster: Cluster) =>
  [...state.tasks.values()].filter((task) => task.cluster === cluster);

export function describeCluster(state: EcsState, cluster: Cluster): ecs.Cluster {
  const tasks = tasksOf(state, cluster);
  return {
    clusterArn: cluster.arn,
    clusterName: cluster.name,
    status: cluster.status,
    registeredContainerInstancesCount: [...state.instances.values()].filter(
      (instance) => instance.cluster === cluster && instance.status !== "INACTIVE",
    ).length,
    runningTasksCount: tasks.filter(isRunning).length,
    pendingTasksCount: tasks.filter(isPending).length,
    activeServicesCount: servicesOf(state, cluster).filter(({ status }) => status === "ACTIVE").length,
    statistics: [],
    tags: [],
    settings: [],
    capacityProviders: cluster.capacityProviders,
    defaultCapacityProviderStrategy: cluster.defaultCapacityProviderStrategy,
  };
}
