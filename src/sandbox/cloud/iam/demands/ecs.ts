import type * as sdk from "@aws-sdk/client-ecs";
import { type Demands, requestTags, type Tags, valuesOf, withoutResource } from "../demand.ts";
import type { Known } from "../known.ts";
import { ecsMakingDemands } from "./ecs-making.ts";
import { ecsResources } from "./ecs-resources.ts";

/** ECS. A list of services or tasks has no resource of its own: only the condition key `ecs:cluster` tells whose it is. */
export function ecsDemands(known: Known): Demands<typeof sdk> {
  const { arnIn, clusterArn, within, tagsOf, on, onCluster, tagging } = ecsResources(known);
  const inCluster = (cluster: string | undefined) => valuesOf({ "ecs:cluster": clusterArn(cluster) });
  const creating = (operation: string, resource: string, tags: Tags | undefined) => [
    { action: `ecs:${operation}`, resource, values: requestTags(tags) },
    ...tagging(resource, operation, tags),
  ];

  return {
    ...withoutResource(
      "ecs",
      "ListClusters",
      "ListTaskDefinitions",
      "ListTaskDefinitionFamilies",
      "DescribeTaskDefinition",
      "DeregisterTaskDefinition",
    ),
    ...ecsMakingDemands(known),
    DescribeServices: ({ cluster, services }) => on("service", "DescribeServices")(cluster, services),
    DeleteService: ({ cluster, service = "" }) => on("service", "DeleteService")(cluster, [service]),
    ListServices: ({ cluster }) => [{ action: "ecs:ListServices", resource: "*", values: inCluster(cluster) }],
    ListServiceDeployments: ({ cluster, service = "" }) => on("service", "ListServiceDeployments")(cluster, [service]),
    DescribeServiceDeployments: ({ serviceDeploymentArns = [] }) =>
      serviceDeploymentArns.map((resource) => ({ action: "ecs:DescribeServiceDeployments", resource })),

    DescribeTasks: ({ cluster, tasks }) => on("task", "DescribeTasks")(cluster, tasks),
    StopTask: ({ cluster, task = "" }) => on("task", "StopTask")(cluster, [task]),
    GetTaskProtection: ({ cluster, tasks = ["*"] }) => on("task", "GetTaskProtection")(cluster, tasks),
    UpdateTaskProtection: ({ cluster, tasks }) => on("task", "UpdateTaskProtection")(cluster, tasks),
    ListTasks: ({ cluster, containerInstance }) => {
      const resource = containerInstance ? within("container-instance", cluster, containerInstance) : "*";
      return [{ action: "ecs:ListTasks", resource, values: inCluster(cluster) }];
    },

    DescribeContainerInstances: ({ cluster, containerInstances }) =>
      on("container-instance", "DescribeContainerInstances")(cluster, containerInstances),
    UpdateContainerInstancesState: ({ cluster, containerInstances }) =>
      on("container-instance", "UpdateContainerInstancesState")(cluster, containerInstances),
    ListContainerInstances: ({ cluster }) => onCluster("ListContainerInstances")(cluster),
    RegisterContainerInstance: ({ cluster }) => onCluster("RegisterContainerInstance")(cluster),
    DeregisterContainerInstance: ({ cluster }) => onCluster("DeregisterContainerInstance")(cluster),

    DescribeClusters: ({ clusters = ["default"] }) => clusters.flatMap(onCluster("DescribeClusters")),
    DeleteCluster: ({ cluster }) => onCluster("DeleteCluster")(cluster),
    PutClusterCapacityProviders: ({ cluster }) => onCluster("PutClusterCapacityProviders")(cluster),
    CreateCluster: ({ clusterName, tags }) => creating("CreateCluster", clusterArn(clusterName), tags),
    CreateCapacityProvider: ({ name = "", tags }) =>
      creating("CreateCapacityProvider", arnIn("capacity-provider")(name), tags),
    DescribeCapacityProviders: ({ capacityProviders = ["*"] }) =>
      capacityProviders.map(arnIn("capacity-provider")).map((resource) => ({
        action: "ecs:DescribeCapacityProviders",
        resource,
        values: tagsOf(resource),
      })),

    ListTagsForResource: ({ resourceArn: resource = "" }) => [
      { action: "ecs:ListTagsForResource", resource, values: tagsOf(resource) },
    ],
    TagResource: ({ resourceArn: resource = "", tags }) => [
      { action: "ecs:TagResource", resource, values: { ...tagsOf(resource), ...requestTags(tags) } },
    ],
    UntagResource: ({ resourceArn: resource = "", tagKeys }) => [
      {
        action: "ecs:UntagResource",
        resource,
        values: { ...tagsOf(resource), ...valuesOf({ "aws:TagKeys": tagKeys }) },
      },
    ],
  };
}
