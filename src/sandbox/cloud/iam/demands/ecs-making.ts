import type * as sdk from "@aws-sdk/client-ecs";
import { type Demand, type Demands, requestTags, valuesOf } from "../demand.ts";
import type { Known } from "../known.ts";
import { ecsResources } from "./ecs-resources.ts";

/**
 * What brings a task definition into force: the roles in it are passed by whoever does. UpdateService passes none where it names neither a
 * task definition nor volumes.
 */
export function ecsMakingDemands(known: Known) {
  const { arnIn, clusterArn, within, tagsOf, revisionArn, tagging, passingRoles, passingRolesOf } = ecsResources(known);

  type Service = Pick<
    sdk.CreateServiceRequest,
    "cluster" | "taskDefinition" | "enableExecuteCommand" | "volumeConfigurations" | "tags" | "role"
  >;
  function service(operation: "CreateService" | "UpdateService", name: string, input: Service): Demand[] {
    const { cluster, taskDefinition, enableExecuteCommand, volumeConfigurations, tags } = input;
    const resource = within("service", cluster, name);
    const revision = taskDefinition === undefined ? undefined : known.ecs.revision(taskDefinition);
    const values = {
      ...tagsOf(resource),
      ...requestTags(tags),
      ...valuesOf({
        "ecs:cluster": clusterArn(cluster),
        "ecs:task-definition": taskDefinition && revisionArn(taskDefinition),
        "ecs:enable-execute-command": enableExecuteCommand,
        "ecs:enable-ebs-volumes": volumeConfigurations && volumeConfigurations.length > 0,
      }),
    };
    return [
      { action: `ecs:${operation}`, resource, values },
      ...tagging(resource, operation, tags),
      ...passingRoles(revision?.taskRoleArn, revision?.executionRoleArn, input.role),
      ...passingRolesOf(volumeConfigurations),
    ];
  }

  return {
    CreateService: ({ serviceName = "", ...input }) => service("CreateService", serviceName, input),
    UpdateService: ({ service: name = "", cluster, taskDefinition, enableExecuteCommand, volumeConfigurations }) =>
      service("UpdateService", name, { cluster, taskDefinition, enableExecuteCommand, volumeConfigurations }),

    // The number of the revision is not known before it is there.
    RegisterTaskDefinition({ family = "", tags, taskRoleArn, executionRoleArn }) {
      const resource = arnIn("task-definition")(`${family}:*`);
      return [
        { action: "ecs:RegisterTaskDefinition", resource, values: requestTags(tags) },
        ...tagging(resource, "RegisterTaskDefinition", tags),
        ...passingRoles(taskRoleArn, executionRoleArn),
      ];
    },

    RunTask({ cluster, taskDefinition = "", tags, overrides, volumeConfigurations, ...input }) {
      const revision = known.ecs.revision(taskDefinition);
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
        ...passingRoles(
          overrides?.taskRoleArn ?? revision?.taskRoleArn,
          overrides?.executionRoleArn ?? revision?.executionRoleArn,
        ),
        ...passingRolesOf(volumeConfigurations),
      ];
    },
  } satisfies Demands<typeof sdk>;
}
