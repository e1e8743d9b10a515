import type { UpdateServiceCommandInput } from "@aws-sdk/client-ecs";
import type { Aws } from "../aws/aws.ts";
import type { EcsService } from "../aws/ecs-shapes.ts";

/**
 * Gives a service its count, and a revision where one is named. A deployment that was given up (its state is FAILED) starts no task any more, whatever count the
 * service gets, and asking for the same revision again starts no other: then another one is forced. Answers the one that was given up.
 */
export async function scaleService(
  { ecs }: Pick<Aws, "ecs">,
  input: UpdateServiceCommandInput,
): Promise<string | undefined> {
  const failed = failedDeployment(await ecs.updateService(input));
  if (failed) await ecs.updateService({ ...input, forceNewDeployment: true });
  return failed?.id;
}

export const failedDeployment = ({ deployments }: EcsService) =>
  deployments.find(({ status, rolloutState }) => status === "PRIMARY" && rolloutState === "FAILED");
