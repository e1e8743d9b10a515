import { DescribeTaskDefinitionCommand, type ECSClient, RegisterTaskDefinitionCommand } from "@aws-sdk/client-ecs";

/** Registers a revision like another one, with that image. Undefined where AWS did not do it. */
export async function registered(
  ecs: ECSClient,
  { like, image }: { like: string; image: string },
): Promise<string | undefined> {
  try {
    const { taskDefinition } = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: like }));
    const { family, networkMode, requiresCompatibilities, cpu, memory, volumes, executionRoleArn, taskRoleArn } =
      taskDefinition!;
    const answer = await ecs.send(
      new RegisterTaskDefinitionCommand({
        family,
        networkMode,
        requiresCompatibilities,
        cpu,
        memory,
        volumes,
        executionRoleArn,
        taskRoleArn,
        containerDefinitions: taskDefinition!.containerDefinitions!.map((container) => ({ ...container, image })),
      }),
    );
    return answer.taskDefinition?.taskDefinitionArn;
  } catch (error) {
    if (error instanceof Error && "$metadata" in error) return undefined;
    throw error;
  }
}
