import {
  type ApplicationAutoScalingClient,
  type ScheduledAction as AwsScheduledAction,
  DescribeScalableTargetsCommand,
  DescribeScheduledActionsCommand,
  RegisterScalableTargetCommand,
} from "@aws-sdk/client-application-auto-scaling";
import { said } from "./said.ts";

export type AutoScaling = ReturnType<typeof createAutoScaling>;
export type Suspended = { in: boolean; out: boolean; scheduled: boolean };
export type Bounds = { min: number; max: number };
export type ScalableTarget = { resourceId: string; minCapacity: number; maxCapacity: number; suspended: Suspended };
export const boundsOf = ({ minCapacity, maxCapacity }: ScalableTarget): Bounds => ({
  min: minCapacity,
  max: maxCapacity,
});
/** Sets bounds when it is due; not while scheduled scaling is suspended, and not later either. Moments are ISO 8601. */
export type ScheduledAction = {
  resourceId: string;
  name: string;
  expression: string;
  timeZone?: string;
  startsAt?: string;
  endsAt?: string;
  createdAt?: string;
  minCapacity?: number;
  maxCapacity?: number;
};

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
        resourceId: said(target.ResourceId, "which scalable target it describes"),
        minCapacity: said(target.MinCapacity, `the least capacity of ${target.ResourceId}`),
        maxCapacity: said(target.MaxCapacity, `the most capacity of ${target.ResourceId}`),
        suspended: {
          in: target.SuspendedState?.DynamicScalingInSuspended ?? false,
          out: target.SuspendedState?.DynamicScalingOutSuspended ?? false,
          scheduled: target.SuspendedState?.ScheduledScalingSuspended ?? false,
        },
      }));
    },

    async scheduledActions(resourceIds: string[]): Promise<ScheduledAction[]> {
      const found: ScheduledAction[] = [];
      for (const ResourceId of resourceIds)
        for (let NextToken: string | undefined; ; ) {
          const page = await client.send(
            new DescribeScheduledActionsCommand({
              ServiceNamespace: NAMESPACE,
              ScalableDimension: DIMENSION,
              ResourceId,
              NextToken,
            }),
          );
          found.push(...(page.ScheduledActions ?? []).map(toScheduledAction));
          NextToken = page.NextToken;
          if (!NextToken) break;
        }
      return found;
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

const toScheduledAction = (action: AwsScheduledAction): ScheduledAction => ({
  resourceId: said(action.ResourceId, "which scheduled action it describes"),
  name: said(action.ScheduledActionName, "the name of a scheduled action"),
  expression: action.Schedule ?? "",
  timeZone: action.Timezone,
  startsAt: action.StartTime?.toISOString(),
  endsAt: action.EndTime?.toISOString(),
  createdAt: action.CreationTime?.toISOString(),
  minCapacity: action.ScalableTargetAction?.MinCapacity,
  maxCapacity: action.ScalableTargetAction?.MaxCapacity,
});
