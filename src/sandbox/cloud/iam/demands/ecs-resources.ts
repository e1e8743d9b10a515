import type { ServiceVolumeConfiguration, TaskVolumeConfiguration } from "@aws-sdk/client-ecs";
import { arn } from "../../world.ts";
import { type Demand, passRole, requestTags, resourceTags, type Tags, valuesOf } from "../demand.ts";
import type { Known } from "../known.ts";

const TASKS = "ecs-tasks.amazonaws.com";
const VOLUMES = "ecs.amazonaws.com";

type Volumes = (ServiceVolumeConfiguration | TaskVolumeConfiguration)[];

const nameOf = (reference: string) => reference.split("/").at(-1) ?? reference;

/** ARNs of what ECS has, from names or ARNs, and demands on them with the tags that they have. */
export function ecsResources({ world, ecs }: Known) {
  const inAccount = (resource: string) => arn(world, "ecs", resource);
  const arnIn = (kind: string) => (reference: string) =>
    reference.startsWith("arn:") ? reference : inAccount(`${kind}/${reference}`);
  const clusterArn = (reference = "default") => arnIn("cluster")(reference);
  const within = (kind: string, cluster: string | undefined, reference: string) =>
    reference.startsWith("arn:")
      ? reference
      : inAccount(`${kind}/${nameOf(cluster ?? "default")}/${nameOf(reference)}`);
  const tagsOf = (resource: string) => resourceTags(ecs.tags(resource), "ecs:ResourceTag");
  const roleArn = (role: string) =>
    role.startsWith("arn:") ? role : arn({ ...world, region: "" }, "iam", `role/${role}`);

  return {
    arnIn,
    clusterArn,
    within,
    tagsOf,
    /** A family alone is its newest revision. */
    revisionArn: (reference: string) =>
      ecs.revision(reference)?.taskDefinitionArn ?? arnIn("task-definition")(reference),

    /** On things of a cluster. */
    on:
      (kind: string, operation: string) =>
      (cluster: string | undefined, references: string[] = []): Demand[] =>
        references.map((reference) => {
          const resource = within(kind, cluster, reference);
          const values = { ...tagsOf(resource), ...valuesOf({ "ecs:cluster": clusterArn(cluster) }) };
          return { action: `ecs:${operation}`, resource, values };
        }),
    onCluster:
      (operation: string) =>
      (reference?: string): Demand[] => {
        const resource = clusterArn(reference);
        return [{ action: `ecs:${operation}`, resource, values: tagsOf(resource) }];
      },

    /** What is made with tags is tagged, too. */
    tagging(resource: string, createAction: string, tags: Tags = []): Demand[] {
      const asked = requestTags(tags);
      if (Object.keys(asked).length === 0) return [];
      const values = { ...asked, ...valuesOf({ "ecs:CreateAction": createAction }) };
      return [{ action: "ecs:TagResource", resource, values }];
    },

    passingRoles: (...roles: (string | undefined)[]): Demand[] =>
      [...new Set(roles)].flatMap((role) => (role ? [passRole(roleArn(role), TASKS)] : [])),
    /** The roles with which ECS makes volumes (EBS). */
    passingRolesOf: (volumes: Volumes = []): Demand[] =>
      [...new Set(volumes.map(({ managedEBSVolume }) => managedEBSVolume?.roleArn))].flatMap((role) =>
        role ? [passRole(role, VOLUMES)] : [],
      ),
  };
}
