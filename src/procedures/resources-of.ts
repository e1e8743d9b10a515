import type { TaskDefinition } from "@aws-sdk/client-ecs";
import type { EcsService } from "../aws/ecs-shapes.ts";
import { logsOf } from "../aws/logs.ts";
import type { Database } from "../aws/rds-shapes.ts";
import type { TargetGroup } from "../aws/target-groups.ts";
import { ecrRepositoryOf } from "../operations/image-reference.ts";
import { type Resources, resourcesSchema } from "../targets/resources-schema.ts";
import type { Door } from "./doors.ts";
import type { Starter } from "./writers/writer.ts";

/** A service with what it runs. */
export type SurveyedService = { service: EcsService; definition: TaskDefinition; family: string };
export type Surveyed = {
  services: SurveyedService[];
  targetGroups: Pick<TargetGroup, "arn">[];
  /** The ways in to the services. */
  doors: Pick<Door, "listener">[];
  /** By service, the container that runs the application. */
  containers: Record<string, string>;
  database: Database | undefined;
  /** Other writers' rules and schedules that an operation disables and enables again. */
  paused: Starter[];
};

/** The `resources` of a target, each list sorted and without repetitions. */
export function resourcesOf({ services, targetGroups, doors, containers, database, paused }: Surveyed): Resources {
  const place = placeOf(services);
  const roleArn = (role: string) =>
    role.startsWith("arn:") ? role : `arn:${place.partition}:iam::${place.account}:role/${role}`;
  const definitions = services.map(({ definition }) => definition);
  const databaseKey = database?.kmsKey;
  const [monitoringRole, ...furtherRoles] = monitoringRolesOf(database);
  const resources = {
    listeners: sorted(doors.map(({ listener }) => listener.arn)),
    targetGroups: sorted(targetGroups.map(({ arn }) => arn)),
    families: sorted(services.map(({ family }) => family)),
    taskRoles: sorted(
      definitions.flatMap(({ taskRoleArn, executionRoleArn }) =>
        [taskRoleArn, executionRoleArn].flatMap((role) => (role ? roleArn(role) : [])),
      ),
    ),
    infrastructureRoles: sorted(services.flatMap(({ service }) => service.volumeRoles)),
    logGroups: sorted(
      definitions
        .flatMap((definition) => Object.values(logsOf(definition)))
        .map(({ group, region }) => `arn:${place.partition}:logs:${region}:${place.account}:log-group:${group}`),
    ),
    repositories: sorted(services.flatMap((each) => repositoryOf(each, containers))),
    databaseMembers: sorted((database?.members ?? []).map(({ identifier }) => identifier)),
    ...(databaseKey && { databaseKey }),
    ...(monitoringRole && { monitoringRole }),
    databaseRoles: sorted([...rolesOf(database).map(roleArn), ...furtherRoles]),
    eventRules: sorted(paused.filter(({ kind }) => kind === "rule").map(({ arn }) => arn)),
    schedules: sorted(paused.filter(({ kind }) => kind === "schedule").map(({ arn }) => arn)),
    scheduleRoles: sorted(paused.flatMap(({ roleArn }) => roleArn ?? [])),
  };
  return resourcesSchema.parse(resources);
}

type Place = { partition: string; region: string; account: string };

/** Where the services are, by the ARN of the first. */
export function placeOf(services: Pick<SurveyedService, "service">[]): Place {
  const [, partition = "aws", , region = "", account = ""] = (services[0]?.service.arn ?? "").split(":");
  return { partition, region, account };
}

const sorted = (texts: string[]): string[] => [...new Set(texts)].toSorted();

function repositoryOf({ service, definition }: SurveyedService, containers: Record<string, string>): string[] {
  return (definition.containerDefinitions ?? [])
    .filter(({ name }) => name === containers[service.name])
    .flatMap(({ image = "" }) => ecrRepositoryOf(image) ?? []);
}

/** A restore hands them over anew. Those of an instance that is no cluster no restore can be given. */
const rolesOf = (database: Database | undefined): string[] => {
  const { DomainIAMRoleName: domain, AssociatedRoles: associated = [] } = (database?.settings.own ?? {}) as {
    DomainIAMRoleName?: string;
    AssociatedRoles?: { RoleArn?: string }[];
  };
  const ofCluster = database?.kind === "cluster" ? associated.flatMap(({ RoleArn }) => RoleArn ?? []) : [];
  return [...ofCluster, ...(domain ? [domain] : [])];
};

/** A cluster's instances are monitored each by itself; it is mostly one role. In an order that no failover changes. */
const monitoringRolesOf = (database: Database | undefined): string[] =>
  sorted(
    [database?.settings.own, ...(database?.settings.members.map(({ settings }) => settings) ?? [])]
      .map((settings) => settings?.MonitoringRoleArn)
      .filter((role): role is string => typeof role === "string"),
  );
