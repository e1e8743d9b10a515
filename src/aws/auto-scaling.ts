import {
  type ApplicationAutoScalingClient,
  DescribeScalableTargetsCommand,
  RegisterScalableTargetCommand,
} from "@aws-sdk/client-application-auto-scaling";

export type AutoScaling = ReturnType<typeof createAutoScaling>;
export type Suspended = { in: boolean; out: boolean; scheduled: boolean };
export type Bounds = { min: number; max: number };
export type ScalableTarget = { resourceId: string; minCapacity: number; maxCapacity: number; suspended: Suspended };
export const boundsOf = ({ minCapacity, maxCapacity }: ScalableTarget): Bounds => ({
  min: minCapacity,
  max: maxCapacity,
});

const NAMESPACE = "ecs";
const DIMENSION = "ecs:service:DesiredCount";
export const resourceId = (clusterName: string, serviceName: string): string => `service/${clusterName}/${serviceName}`;

/** Without bounds those that the target has stay. */
export const suspendInput = (resourceIdOfService: string, suspended: Suspended, bounds?: Bounds) =>
  ({
    ServiceNamespace: NAMESPACE,
    ScalableDimension: DIMENSION,
    ResourceId: resourceIdOfService,
    ...(bounds && { MinCapacity: bounds.min, MaxCapacity: bounds.max }),
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
     * Only ever call this while the service's desired count lies within the bounds, the given ones or else the target's: RegisterScalableTarget
     * moves the capacity into them, even in the very call that suspends scaling, and so would start nodes behind our back.
     */
    async suspend(resourceIdOfService: string, suspended: Suspended, bounds?: Bounds): Promise<void> {
      await client.send(new RegisterScalableTargetCommand(suspendInput(resourceIdOfService, suspended, bounds)));
    },
  };
}
