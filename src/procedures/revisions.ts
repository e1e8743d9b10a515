import type { RegisterTaskDefinitionCommandInput, TaskDefinition } from "@aws-sdk/client-ecs";
import type { Aws } from "../aws/aws.ts";
import { OPERATION_TAG } from "../aws/tags.ts";

/** Clocks of AWS and of the journal may differ by so much. */
const SKEW_MS = 5 * 60_000;

/**
 * The revisions of a family that an operation registered, newest first. Others may have registered further ones since, so that ours need not be
 * the latest; ones from before the operation are not looked at.
 */
export async function revisionsOf(
  aws: Aws,
  { family, operationId, since }: { family: string; operationId: string; since: string },
): Promise<{ arn: string; tags: Record<string, string> }[]> {
  const ours: { arn: string; tags: Record<string, string> }[] = [];
  for await (const arn of aws.ecs.newestRevisions(family)) {
    const { definition, tags } = await aws.ecs.taskDefinition(arn);
    if ((definition.registeredAt?.getTime() ?? 0) < Date.parse(since) - SKEW_MS) break;
    if (tags[OPERATION_TAG] === operationId) ours.push({ arn, tags });
  }
  return ours;
}

/** The request that registers a task definition anew as DescribeTaskDefinition gives it. */
export function onceMore(definition: TaskDefinition): RegisterTaskDefinitionCommandInput {
  const {
    taskDefinitionArn: _arn,
    revision: _revision,
    status: _status,
    requiresAttributes: _attributes,
    compatibilities: _compatibilities,
    registeredAt: _registeredAt,
    registeredBy: _registeredBy,
    deregisteredAt: _deregisteredAt,
    deleteRequestedAt: _deleteRequestedAt,
    ...rest
  } = definition;
  return { ...rest, family: definition.family!, containerDefinitions: definition.containerDefinitions ?? [] };
}

/** The same with another image for one container. */
export function withImage(
  definition: TaskDefinition,
  { container: name, image }: { container: string; image: string },
): RegisterTaskDefinitionCommandInput {
  const same = onceMore(definition);
  return {
    ...same,
    containerDefinitions: same.containerDefinitions!.map((container) =>
      container.name === name ? { ...container, image } : container,
    ),
  };
}

/** With variables of one container set; a secret of the same name goes, for ECS takes a name only once. */
export const withEnvironment = (
  input: RegisterTaskDefinitionCommandInput,
  name: string,
  variables: Record<string, string>,
): RegisterTaskDefinitionCommandInput => ({
  ...input,
  containerDefinitions: (input.containerDefinitions ?? []).map((container) =>
    container.name === name
      ? {
          ...container,
          environment: [
            ...(container.environment ?? []).filter((variable) => !(variable.name! in variables)),
            ...Object.entries(variables).map(([variable, value]) => ({ name: variable, value })),
          ],
          secrets: container.secrets?.filter((secret) => !(secret.name! in variables)),
        }
      : container,
  ),
});
