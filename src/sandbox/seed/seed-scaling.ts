import {
  PutScalingPolicyCommand,
  PutScheduledActionCommand,
  RegisterScalableTargetCommand,
} from "@aws-sdk/client-application-auto-scaling";
import type { Seed } from "./schema.ts";
import type { SeedClients } from "./seed-clients.ts";

/** Registers scalable targets with their policies and scheduled actions. */
export async function seedScaling(seed: Seed, { autoScaling }: Pick<SeedClients, "autoScaling">): Promise<void> {
  for (const { service, min, max, suspended, targetCpuPercent, scheduledActions } of seed.scalableTargets) {
    const target = {
      ServiceNamespace: "ecs" as const,
      ResourceId: `service/${seed.services[service]!.cluster}/${service}`,
      ScalableDimension: "ecs:service:DesiredCount" as const,
    };
    await autoScaling.send(
      new RegisterScalableTargetCommand({
        ...target,
        MinCapacity: min,
        MaxCapacity: max,
        ...(suspended && {
          SuspendedState: {
            DynamicScalingInSuspended: suspended.in,
            DynamicScalingOutSuspended: suspended.out,
            ScheduledScalingSuspended: suspended.scheduled,
          },
        }),
      }),
    );
    if (targetCpuPercent !== undefined)
      await autoScaling.send(
        new PutScalingPolicyCommand({
          ...target,
          PolicyName: "cpu",
          PolicyType: "TargetTrackingScaling",
          TargetTrackingScalingPolicyConfiguration: {
            TargetValue: targetCpuPercent,
            PredefinedMetricSpecification: { PredefinedMetricType: "ECSServiceAverageCPUUtilization" },
          },
        }),
      );
    for (const [ScheduledActionName, action] of Object.entries(scheduledActions))
      await autoScaling.send(
        new PutScheduledActionCommand({
          ...target,
          ScheduledActionName,
          Schedule: action.schedule,
          Timezone: action.timezone,
          ScalableTargetAction: { MinCapacity: action.min, MaxCapacity: action.max },
        }),
      );
  }
}
