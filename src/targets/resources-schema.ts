import { z } from "zod";
import { arnSchema } from "./arn.ts";

const role = arnSchema("iam", /role\/.+/, "an IAM role");
const several = <Item extends z.ZodType>(item: Item) => z.array(item).default([]);

/**
 * What of AWS a target is made of, as far as its other keys do not name it. The deployment's permissions name these and no others, and an
 * operation that finds others is refused before it begins.
 */
export const resourcesSchema = z
  .strictObject({
    listeners: several(arnSchema("elasticloadbalancing", /listener\/.+/, "a listener")).describe(
      "The listeners whose rules lead to the target",
    ),
    targetGroups: several(arnSchema("elasticloadbalancing", /targetgroup\/.+/, "a target group")).describe(
      "The target groups of the services",
    ),
    families: several(z.string().regex(/^[A-Za-z0-9_-]{1,255}$/, "expected the family of a task definition")).describe(
      "The families of the services' task definitions, of which new revisions are registered",
    ),
    taskRoles: several(role).describe("The task and execution roles of those task definitions"),
    infrastructureRoles: several(role).describe("The roles with which ECS makes volumes (EBS) for the nodes"),
    logGroups: several(arnSchema("logs", /log-group:[^:*]+/, "a log group, without `:*`")).describe(
      "The log groups that the containers write to",
    ),
    repositories: several(arnSchema("ecr", /repository\/.+/, "a repository of ECR")).describe(
      "Where the images come from, as far as that is ECR",
    ),
    databaseMembers: several(z.string().min(1).max(63)).describe(
      "The identifiers of the instances of a database cluster",
    ),
    databaseKey: arnSchema("kms", /key\/.+/, "a KMS key")
      .optional()
      .describe("What the database is encrypted with"),
    monitoringRole: role.optional().describe("The role of the database's enhanced monitoring"),
    databaseRoles: several(role).describe(
      "The roles that a database hands to RDS: those of a cluster, the one that joins it to a domain, and those of further monitoring where its instances have several",
    ),
    eventRules: several(arnSchema("events", /rule\/.+/, "a rule of EventBridge")).describe(
      "Rules that start other writers' tasks, where `otherWriters` pauses them",
    ),
    schedules: several(arnSchema("scheduler", /schedule\/.+/, "a schedule of EventBridge Scheduler")).describe(
      "Schedules that start other writers' tasks, where `otherWriters` pauses them",
    ),
    scheduleRoles: several(role).describe("The roles with which those rules and schedules start their tasks"),
  })
  .describe(
    "What of AWS the target is made of, written by `npm run init`: the deployment's permissions name these and no others. An operation that finds others is refused before it begins. Without it there are no such limits to check, and nothing can be deployed",
  );
export type Resources = z.output<typeof resourcesSchema>;
