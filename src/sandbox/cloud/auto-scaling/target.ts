import type * as sdk from "@aws-sdk/client-application-auto-scaling";
import { DIMENSION } from "./validation.ts";

/** A scalable target: an ECS service and the bounds of its desired count. */
export type Target = {
  resourceId: string;
  targetArn: string;
  roleArn: string;
  createdAt: number;
  minCapacity: number;
  maxCapacity: number;
  suspended: Required<sdk.SuspendedState>;
};

export const NOT_SUSPENDED: Required<sdk.SuspendedState> = {
  DynamicScalingInSuspended: false,
  DynamicScalingOutSuspended: false,
  ScheduledScalingSuspended: false,
};

export const describeTarget = (target: Target): sdk.ScalableTarget => ({
  ServiceNamespace: "ecs",
  ResourceId: target.resourceId,
  ScalableDimension: DIMENSION,
  MinCapacity: target.minCapacity,
  MaxCapacity: target.maxCapacity,
  RoleARN: target.roleArn,
  CreationTime: new Date(target.createdAt),
  SuspendedState: target.suspended,
  ScalableTargetARN: target.targetArn,
});
