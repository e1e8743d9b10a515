import type { RunTaskCommandInput, TaskOverride } from "@aws-sdk/client-ecs";
import type { EcsParameters as RuleParameters } from "@aws-sdk/client-eventbridge";
import type { EcsParameters as ScheduleParameters } from "@aws-sdk/client-scheduler";

import { saidText } from "./said.ts";

/** A RunTask that a rule or a schedule asks for. */
export type TaskRun = {
  /** By ARN; by name where a universal target says so. */
  cluster: string;
  /** A family, whose newest revision runs, or one revision; an ARN or a name. */
  taskDefinition: string;
  /** In ECS's words, to be run by hand. Values of environment variables are left out, for they may be secrets. */
  request: RunTaskCommandInput;
};

/** What an ECS target of EventBridge or of its Scheduler asks ECS for. `input` holds the task's overrides. */
export function taskRunOf(
  clusterArn: string,
  parameters: RuleParameters | ScheduleParameters,
  input: string | undefined,
): TaskRun {
  const network = parameters.NetworkConfiguration?.awsvpcConfiguration;
  return runOf({
    cluster: clusterArn,
    taskDefinition: saidText(parameters.TaskDefinitionArn, "which task is run"),
    count: parameters.TaskCount ?? 1,
    launchType: parameters.LaunchType,
    capacityProviderStrategy: parameters.CapacityProviderStrategy,
    platformVersion: parameters.PlatformVersion,
    group: parameters.Group,
    placementConstraints: parameters.PlacementConstraints,
    placementStrategy: parameters.PlacementStrategy,
    networkConfiguration: network && {
      awsvpcConfiguration: {
        subnets: network.Subnets,
        securityGroups: network.SecurityGroups,
        assignPublicIp: network.AssignPublicIp,
      },
    },
    overrides: overridesIn(input),
  });
}

/** The input of a RunTask, read as such. */
export function runOf(input: Record<string, unknown>): TaskRun {
  const { overrides, ...request } = input as Partial<RunTaskCommandInput>;
  const { cluster = "default", taskDefinition = "" } = request;
  const shown = { ...request, overrides: overrides && withoutValues(overrides) };
  return { cluster, taskDefinition, request: JSON.parse(JSON.stringify(shown)) as RunTaskCommandInput };
}

function overridesIn(input: string | undefined): TaskOverride | undefined {
  try {
    const read: unknown = JSON.parse(input ?? "null");
    return typeof read === "object" && read !== null ? (read as TaskOverride) : undefined;
  } catch {
    return undefined;
  }
}

const withoutValues = ({ containerOverrides, ...rest }: TaskOverride): TaskOverride => ({
  ...rest,
  containerOverrides: containerOverrides?.map((container) => ({
    ...container,
    environment: container.environment?.map(({ name }) => ({ name, value: "…" })),
  })),
});
