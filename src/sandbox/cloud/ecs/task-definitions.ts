import type * as ecs from "@aws-sdk/client-ecs";
import type { Handlers } from "../../wire/server.ts";
import { arn } from "../world.ts";
import { checkEnum, clientError } from "./checks.ts";
import { page } from "./pages.ts";
import { type EcsState, now, type Revision } from "./state.ts";
import { setTags } from "./tags.ts";
import { checkTaskDefinition, compatibilitiesOf, sharesPorts } from "./task-definition-rules.ts";

const STATUSES = { ACTIVE: "ACTIVE", INACTIVE: "INACTIVE", DELETE_IN_PROGRESS: "DELETE_IN_PROGRESS" };

/** A revision by `family:revision` or ARN; the newest active one by `family`. Undefined where there is none. */
export function lookUpRevision(state: EcsState, reference: string): Revision | undefined {
  const name = reference.startsWith("arn:") ? reference.split(":task-definition/")[1] : reference;
  const [family = "", number] = (name ?? "").split(":");
  const revisions = state.families.get(family) ?? [];
  if (number === undefined) return revisions.findLast(({ status }) => status === "ACTIVE");
  return revisions[Number(number) - 1];
}

/** The revision that a task or service asks for. Throws ClientException where there is none, or it was deregistered. */
export function usableRevision(state: EcsState, reference: string): Revision {
  const revision = lookUpRevision(state, reference);
  if (!revision) throw clientError("TaskDefinition not found.");
  if (revision.status !== "ACTIVE") throw clientError("TaskDefinition is inactive");
  return revision;
}

export const taskDefinitionHandlers = (state: EcsState) =>
  ({
    RegisterTaskDefinition({ tags, ...input }, identity) {
      checkTaskDefinition(input);
      const family = input.family!;
      const revisions = state.families.get(family) ?? [];
      const number = revisions.length + 1;
      const revision: Revision = {
        ...structuredClone(input),
        taskDefinitionArn: arn(state.world, "ecs", `task-definition/${family}:${number}`),
        family,
        revision: number,
        containerDefinitions: input.containerDefinitions!.map((container) => ({
          environment: [],
          mountPoints: [],
          volumesFrom: [],
          ...structuredClone(container),
          cpu: container.cpu ?? 0,
          portMappings: (container.portMappings ?? []).map((mapping) => ({
            ...mapping,
            hostPort: mapping.hostPort ?? (sharesPorts(input.networkMode) ? mapping.containerPort : 0),
            protocol: mapping.protocol ?? "tcp",
          })),
          name: container.name!,
          image: container.image!,
          essential: container.essential ?? true,
        })),
        networkMode: input.networkMode ?? "bridge",
        volumes: input.volumes ?? [],
        placementConstraints: input.placementConstraints ?? [],
        status: "ACTIVE",
        compatibilities: compatibilitiesOf(input),
        registeredAt: now(state),
        registeredBy: arn(state.world, "iam", `user/${identity.accessKeyId}`).replace(`:${state.world.region}:`, "::"),
      };
      state.families.set(family, [...revisions, revision]);
      setTags(state, revision.taskDefinitionArn, tags);
      return { taskDefinition: revision, tags: state.tags.get(revision.taskDefinitionArn) };
    },

    DescribeTaskDefinition({ taskDefinition, include = [] }) {
      const revision = lookUpRevision(state, taskDefinition!);
      if (!revision) throw clientError("Unable to describe task definition.");
      const tags = include.includes("TAGS") ? (state.tags.get(revision.taskDefinitionArn) ?? []) : undefined;
      return { taskDefinition: revision, tags };
    },

    DeregisterTaskDefinition({ taskDefinition }) {
      const revision = taskDefinition!.includes(":") ? lookUpRevision(state, taskDefinition!) : undefined;
      if (!revision)
        throw clientError("The specified task definition does not exist. Specify a valid family:revision.");
      revision.status = "INACTIVE";
      revision.deregisteredAt ??= now(state);
      return { taskDefinition: revision };
    },

    ListTaskDefinitions({ familyPrefix, status = "ACTIVE", sort = "ASC", ...paging }) {
      checkEnum("status", status, STATUSES);
      checkEnum("sort", sort, { ASC: "ASC", DESC: "DESC" });
      const families = [...state.families.keys()].sort().filter((family) => !familyPrefix || family === familyPrefix);
      const revisions = families
        .flatMap((family) => state.families.get(family)!)
        .filter((one) => one.status === status);
      const { items, nextToken } = page(sort === "ASC" ? revisions : revisions.toReversed(), paging);
      return { taskDefinitionArns: items.map(({ taskDefinitionArn }) => taskDefinitionArn), nextToken };
    },

    ListTaskDefinitionFamilies({ familyPrefix = "", status = "ALL", ...paging }) {
      checkEnum("status", status, { ACTIVE: "ACTIVE", INACTIVE: "INACTIVE", ALL: "ALL" });
      const families = [...state.families].filter(([family, revisions]) => {
        const active = revisions.some((revision) => revision.status === "ACTIVE");
        return family.startsWith(familyPrefix) && (status === "ALL" || active === (status === "ACTIVE"));
      });
      const { items, nextToken } = page(families.map(([family]) => family).sort(), paging);
      return { families: items, nextToken };
    },
  }) satisfies Handlers<typeof ecs>;
