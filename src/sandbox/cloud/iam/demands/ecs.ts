import type * as sdk from "@aws-sdk/client-ecs";
import { arn } from "../../world.ts";
import {
  type Demand,
  type Demands,
  passRole,
  requestTags,
  resourceTags,
  type Tags,
  valuesOf,
  withoutResource,
} from "../demand.ts";
import type { Known } from "../known.ts";

const TASKS = "ecs-tasks.amazonaws.com";
const nameOf = (reference: string) => reference.split("/").at(-1) ?? reference;

/**
 * ECS. A revision that is named by its family alone is judged as the newest one, and roles are judged as passed wherever a task definition or
 * a volume comes into force by the call: of UpdateService only where it names them.
 */
export function ecsDemands({ world, ecs }: Known): Demands<typeof sdk> {
  const inAccount = (resource: string) => arn(world, "ecs", resource);
  const clusterArn = (reference = "default") =>
    reference.startsWith("arn:") ? reference : inAccount(`cluster/${reference}`);
  const within = (kind: string, cluster: string | undefined, reference: string) =>
    reference.startsWith("arn:")
      ? reference
      : inAccount(`${kind}/${nameOf(cluster ?? "default")}/${nameOf(reference)}`);
  const tagsOf = (resource: string) => resourceTags(ecs.tags(resource), "ecs:ResourceTag");
  const revisionArn = (reference: string) =>
    ecs.revision(reference)?.taskDefinitionArn ??
    (reference.startsWith("arn:") ? reference : inAccount(`task-definition/${reference}`));

  const on =
    (kind: string, operation: string) =>
    (cluster: string | undefined, references: string[] = []): Demand[] =>
      references.map((reference) => {
        const resource = within(kind, cluster, reference);
        const values = { ...tagsOf(resource), "ecs:cluster": clusterArn(cluster) };
        return { action: `ecs:${operation}`, resource, values };
      });
  const onCluster =
    (operation: string) =>
    (reference?: string): Demand[] => {
      const resource = clusterArn(reference);
      return [{ action: `ecs:${operation}`, resource, values: tagsOf(resource) }];
    };
  const tagging = (resource: string, CreateAction: string, tags: Tags | undefined): Demand[] => {
    if (!tags || [...tags].length === 0) return [];
    return [
      {
        action: "ecs:TagResource",
        resource,
        values: { ...requestTags(tags), ...valuesOf({ "ecs:CreateAction": CreateAction }) },
      },
    ];
  };
  const passing = (roles: (string | undefined)[], service = TASKS): Demand[] =>
    [...new Set(roles)].flatMap((role) => (role ? [passRole(roleArn(role), service)] : []));
  const roleArn = (role: string) =>
    role.startsWith("arn:") ? role : arn({ ...world, region: "" }, "iam", `role/${role}`);
  const volumeRoles = (volumes: sdk.ServiceVolumeConfiguration[] | sdk.TaskVolumeConfiguration[] = []) =>
    passing(
      volumes.map(({ managedEBSVolume }) => managedEBSVolume?.roleArn),
      "ecs.amazonaws.com",
    );

  function service(operation: "CreateService" | "UpdateService", input: Partial<sdk.CreateServiceRequest>, name = "") {
    const { cluster, taskDefinition, enableExecuteCommand, volumeConfigurations } = input;
    const resource = within("service", cluster, name);
    const revision = taskDefinition === undefined ? undefined : ecs.revision(taskDefinition);
    const values = {
      ...tagsOf(resource),
      ...requestTags(input.tags),
      ...valuesOf({
        "ecs:cluster": clusterArn(cluster),
        "ecs:task-definition": taskDefinition && revisionArn(taskDefinition),
        "ecs:enable-execute-command": enableExecuteCommand,
        "ecs:enable-ebs-volumes": volumeConfigurations && volumeConfigurations.length > 0,
      }),
    };
    return [
      { action: `ecs:${operation}`, resource, values },
      ...tagging(resource, operation, input.tags),
      ...passing([revision?.taskRoleArn, revision?.executionRoleArn, input.role]),
      ...volumeRoles(volumeConfigurations),
    ];
  }

  return {
    ...withoutResource(
      "ecs",
      "ListClusters",
      "ListTaskDefinitions",
      "ListTaskDefinitionFamilies",
      "DescribeTaskDefinition",
      "DeregisterTaskDefinition",
    ),
    DescribeServices: ({ cluster, services }) => on("service", "DescribeServices")(cluster, services),
    DeleteService: ({ cluster, service: name = "" }) => on("service", "DeleteService")(cluster, [name]),
    DescribeTasks: ({ cluster, tasks }) => on("task", "DescribeTasks")(cluster, tasks),
    StopTask: ({ cluster, task = "" }) => on("task", "StopTask")(cluster, [task]),
    GetTaskProtection: ({ cluster, tasks = ["*"] }) => on("task", "GetTaskProtection")(cluster, tasks),
    UpdateTaskProtection: ({ cluster, tasks }) => on("task", "UpdateTaskProtection")(cluster, tasks),
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
    CreateCluster: ({ clusterName = "default", tags }) => {
      const resource = clusterArn(clusterName);
      return [
        { action: "ecs:CreateCluster", resource, values: requestTags(tags) },
        ...tagging(resource, "CreateCluster", tags),
      ];
    },
    DescribeCapacityProviders: ({ capacityProviders = ["*"] }) =>
      capacityProviders.map((name) => {
        const resource = name.startsWith("arn:") ? name : inAccount(`capacity-provider/${name}`);
        return { action: "ecs:DescribeCapacityProviders", resource, values: tagsOf(resource) };
      }),
    CreateCapacityProvider: ({ name = "", tags }) => {
      const resource = inAccount(`capacity-provider/${name}`);
      return [
        { action: "ecs:CreateCapacityProvider", resource, values: requestTags(tags) },
        ...tagging(resource, "CreateCapacityProvider", tags),
      ];
    },
    ListServices: ({ cluster }) => [
      { action: "ecs:ListServices", resource: "*", values: { "ecs:cluster": clusterArn(cluster) } },
    ],
    ListServiceDeployments: ({ cluster, service: name = "" }) =>
      on("service", "ListServiceDeployments")(cluster, [name]),
    DescribeServiceDeployments: ({ serviceDeploymentArns = [] }) =>
      serviceDeploymentArns.map((resource) => ({ action: "ecs:DescribeServiceDeployments", resource })),
    ListTasks: ({ cluster, containerInstance }) => [
      {
        action: "ecs:ListTasks",
        resource: containerInstance ? within("container-instance", cluster, containerInstance) : "*",
        values: { "ecs:cluster": clusterArn(cluster) },
      },
    ],
    ListTagsForResource: ({ resourceArn = "" }) => [
      { action: "ecs:ListTagsForResource", resource: resourceArn, values: tagsOf(resourceArn) },
    ],
    TagResource: ({ resourceArn = "", tags }) => [
      { action: "ecs:TagResource", resource: resourceArn, values: { ...tagsOf(resourceArn), ...requestTags(tags) } },
    ],
    UntagResource: ({ resourceArn = "", tagKeys = [] }) => [
      {
        action: "ecs:UntagResource",
        resource: resourceArn,
        values: { ...tagsOf(resourceArn), ...valuesOf({ "aws:TagKeys": tagKeys }) },
      },
    ],
    CreateService: (input) => service("CreateService", input, input.serviceName),
    UpdateService: ({ service: name, ...input }) => service("UpdateService", input as sdk.CreateServiceRequest, name),

    RegisterTaskDefinition({ family = "", tags, taskRoleArn, executionRoleArn }) {
      const resource = inAccount(`task-definition/${family}:*`);
      return [
        { action: "ecs:RegisterTaskDefinition", resource, values: requestTags(tags) },
        ...tagging(resource, "RegisterTaskDefinition", tags),
        ...passing([taskRoleArn, executionRoleArn]),
      ];
    },

    RunTask({ cluster, taskDefinition = "", tags, overrides, volumeConfigurations, ...input }) {
      const revision = ecs.revision(taskDefinition);
      const resource = revisionArn(taskDefinition);
      const values = {
        ...tagsOf(resource),
        ...requestTags(tags),
        ...valuesOf({
          "ecs:cluster": clusterArn(cluster),
          "ecs:enable-execute-command": input.enableExecuteCommand,
          "ecs:enable-ebs-volumes": volumeConfigurations && volumeConfigurations.length > 0,
          "ecs:capacity-provider": input.capacityProviderStrategy?.map(({ capacityProvider = "" }) => capacityProvider),
        }),
      };
      return [
        { action: "ecs:RunTask", resource, values },
        ...tagging(within("task", cluster, "*"), "RunTask", tags),
        ...passing([
          overrides?.taskRoleArn ?? revision?.taskRoleArn,
          overrides?.executionRoleArn ?? revision?.executionRoleArn,
        ]),
        ...volumeRoles(volumeConfigurations),
      ];
    },
  };
}
