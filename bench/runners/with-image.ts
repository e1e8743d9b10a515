import type { ECSClient, RegisterTaskDefinitionCommand } from "@aws-sdk/client-ecs";

type Definition = NonNullable<Awaited<ReturnType<ECSClient["send"]>>> & Record<string, unknown>;

/** Those members of a task definition that can be registered, the first container's image replaced. */
export function withImage(definition: object, image: string) {
  const given = definition as Definition;
  const kept = KEPT.flatMap((name) => (given[name] === undefined ? [] : [[name, given[name]]]));
  const { containerDefinitions = [], ...rest } = Object.fromEntries(kept);
  const [first, ...others] = containerDefinitions;
  return { ...rest, containerDefinitions: [{ ...first, image }, ...others] } as ConstructorParameters<
    typeof RegisterTaskDefinitionCommand
  >[0];
}

const KEPT = [
  "family",
  "taskRoleArn",
  "executionRoleArn",
  "networkMode",
  "containerDefinitions",
  "volumes",
  "placementConstraints",
  "requiresCompatibilities",
  "cpu",
  "memory",
  "pidMode",
  "ipcMode",
  "proxyConfiguration",
  "inferenceAccelerators",
  "ephemeralStorage",
  "runtimePlatform",
];
