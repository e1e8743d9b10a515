import {
  type ApplicationAutoScalingClient,
  DescribeScalableTargetsCommand,
  RegisterScalableTargetCommand,
} from "@aws-sdk/client-application-auto-scaling";

export type AutoScaling = ReturnType<typeof createAutoScaling>;
export type Suspended = { in: boolean; out: boolean; scheduled: boolean };
export type ScalableTarget = { resourceId: string; minCapacity: number; maxCapacity: number; suspended: Suspended };

const NAMESPACE = "ecs";
const DIMENSION = "ecs:service:DesiredCount";
export const resourceId = (clusterName: string, serviceName: string): string => `service/${clusterName}/${serviceName}`;

export const suspendInput = (resourceIdOfService: string, suspended: Suspended) =>
  ({
    ServiceNamespace: NAMESPACE,
    ScalableDimension: DIMENSION,
    ResourceId: resourceIdOfService,
    SuspendedState: {
      DynamicScalingInSuspended: suspended.in,
      DynamicScalingOutSuspended: suspended.out,
      ScheduledScalingSuspended: suspended.scheduled,
    },
  }) as const;

export function createAutoScaling(client: ApplicationAutoScalingClient) {
  return {
    /** Services without a scalable target are missing from the answer. */
    async scalableTargets(resourceIds: string[]): Promise<ScalableTarget[]> {
      const { ScalableTargets = [] } = await client.send(
        new DescribeScalableTargetsCommand({
          ServiceNamespace: NAMESPACE,
          ScalableDimension: DIMENSION,
          ResourceIds: resourceIds,
        }),
      );
      return ScalableTargets.map((target) => ({
        resourceId: target.ResourceId!,
        minCapacity: target.MinCapacity ?? 0,
        maxCapacity: target.MaxCapacity ?? 0,
        suspended: {
          in: target.SuspendedState?.DynamicScalingInSuspended ?? false,
          out: target.SuspendedState?.DynamicScalingOutSuspended ?? false,
          scheduled: target.SuspendedState?.ScheduledScalingSuspended ?? false,
        },
      }));
    },

    /**
     * Only ever call this while the service's desired count lies within the scalable target's bounds: RegisterScalableTarget moves the
     * capacity into them, even in the very call that suspends scaling, and so would start nodes behind our back.
     */
    async suspend(resourceIdOfService: string, suspended: Suspended): Promise<void> {
      await client.send(new RegisterScalableTargetCommand(suspendInput(resourceIdOfService, suspended)));
    },
  };
}
