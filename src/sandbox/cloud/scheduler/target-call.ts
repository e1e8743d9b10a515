import type * as sdk from "@aws-sdk/client-scheduler";
import { runTaskInput } from "../eventbridge/run-task-input.ts";

/** The call to ECS that a schedule's target stands for: an ECS cluster, or the universal target `aws-sdk:ecs:OPERATION`. Undefined for any other. */
export function callOf(name: string, target: sdk.Target): { operation: string; input: object } | undefined {
  const { Arn = "", EcsParameters, Input } = target;
  if (EcsParameters) {
    const startedBy = `chronos-schedule/${name}`;
    return { operation: "RunTask", input: runTaskInput(Arn, EcsParameters, { input: Input, startedBy }) };
  }
  const operation = /^arn:[^:]+:scheduler:::aws-sdk:ecs:(\w+)$/.exec(Arn)?.[1];
  if (operation === undefined) return undefined;
  const input = JSON.parse(Input ?? "{}") as object;
  return { operation: operation[0]!.toUpperCase() + operation.slice(1), input: inLowerCamelCase(input) as object };
}

/** A universal target's input spells every member with a capital; ECS's API does not. */
function inLowerCamelCase(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inLowerCamelCase);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name[0]!.toLowerCase() + name.slice(1), inLowerCamelCase(member)]),
  );
}
