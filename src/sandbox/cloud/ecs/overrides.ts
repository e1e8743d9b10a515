import type * as ecs from "@aws-sdk/client-ecs";
import { invalid } from "./checks.ts";
import type { Revision } from "./state.ts";
import type { Task, TaskContainer } from "./task.ts";

const LONGEST = 8192;

/** Throws InvalidParameterException where an override names no container of the definition or is too long. */
export function checkOverrides(definition: Revision, overrides: ecs.TaskOverride = {}): void {
  for (const { name } of overrides.containerOverrides ?? []) {
    if (!definition.containerDefinitions.some((container) => container.name === name))
      throw invalid(`Override for container named ${name} is not a container in the TaskDefinition.`);
  }
  if (JSON.stringify(overrides).length > LONGEST)
    throw invalid(`Container Overrides length must be at most ${LONGEST}.`);
}

/** What a container runs with: the definition's command and environment under the task's overrides. */
export function overridesOf(
  task: Task,
  { definition }: TaskContainer,
): { command?: string[]; environment: Record<string, string> } {
  const override = task.overrides.containerOverrides?.find(({ name }) => name === definition.name);
  const command = override?.command ?? definition.command;
  const region = task.arn.split(":")[3]!;
  return {
    command: definition.entryPoint?.length ? [...definition.entryPoint, ...(command ?? [])] : nonEmpty(command),
    environment: {
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
      AWS_EXECUTION_ENV: "AWS_ECS_FARGATE",
      ...variables(definition.environment),
      ...variables(override?.environment),
    },
  };
}

const nonEmpty = (command: string[] | undefined) => (command?.length ? command : undefined);

const variables = (pairs: ecs.KeyValuePair[] = []): Record<string, string> =>
  Object.fromEntries(pairs.map(({ name, value }) => [name!, value ?? ""]));
