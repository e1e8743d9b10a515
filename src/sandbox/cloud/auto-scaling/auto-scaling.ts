import type * as sdk from "@aws-sdk/client-application-auto-scaling";
import type { Handlers } from "../../wire/server.ts";
import type { ServiceCounts } from "../seams.ts";
import { arn, type World } from "../world.ts";
import { createPolicies, notRegistered } from "./policies.ts";
import { checkCapacity, checkNamespace, DIMENSION, ecsResource, invalid, page } from "./validation.ts";

export type AutoScaling = {
  handlers: Handlers<typeof sdk>;
  /** Scalable targets and policies as they are, for people. */
  state(): unknown;
};

type Target = {
  resourceId: string;
  targetArn: string;
  roleArn: string;
  createdAt: number;
  minCapacity: number;
  maxCapacity: number;
  suspended: Required<sdk.SuspendedState>;
};

/** Application Auto Scaling for ECS services. It keeps the bounds; nothing scales within them. */
export function createAutoScaling(world: World, { counts }: { counts: ServiceCounts }): AutoScaling {
  const targets = new Map<string, Target>();
  const policies = createPolicies(world, { isRegistered: (resourceId) => targets.has(resourceId) });

  const record = (target: Target, change: "registered" | "adjusted", desiredCount?: number) => {
    const { resourceId, minCapacity, maxCapacity, suspended } = target;
    world.log.append({
      kind: "scaling",
      resourceId,
      change,
      minCapacity,
      maxCapacity,
      suspended: {
        in: suspended.DynamicScalingInSuspended ?? false,
        out: suspended.DynamicScalingOutSuspended ?? false,
        scheduled: suspended.ScheduledScalingSuspended ?? false,
      },
      ...(desiredCount !== undefined && { desiredCount }),
    });
  };

  /** Every registration does this, of new bounds or of none, even the very call that suspends all scaling. */
  const moveIntoBounds = (target: Target) => {
    const current = counts.desiredCount(target.resourceId);
    if (current === undefined) return;
    const wanted = Math.min(Math.max(current, target.minCapacity), target.maxCapacity);
    if (wanted === current) return;
    const bound = wanted > current ? `minimum capacity was set to ${wanted}` : `maximum capacity was set to ${wanted}`;
    counts.setDesiredCount(target.resourceId, wanted, bound);
    record(target, "adjusted", wanted);
  };

  const handlers = {
    RegisterScalableTarget(input) {
      const resourceId = ecsResource(input);
      const existing = targets.get(resourceId);
      const minCapacity = input.MinCapacity ?? existing?.minCapacity;
      const maxCapacity = input.MaxCapacity ?? existing?.maxCapacity;
      checkCapacity("minCapacity", minCapacity);
      checkCapacity("maxCapacity", maxCapacity);
      if (minCapacity === undefined || maxCapacity === undefined)
        throw invalid("Minimum and maximum capacity are required when a scalable target is registered");
      if (minCapacity > maxCapacity) throw invalid("Maximum capacity cannot be less than minimum capacity");
      if (counts.desiredCount(resourceId) === undefined) throw invalid(`ECS service doesn't exist: ${resourceId}`);
      const target: Target = {
        resourceId,
        targetArn: existing?.targetArn ?? arn(world, "application-autoscaling", `scalable-target/${world.ids.hex(30)}`),
        roleArn: input.RoleARN ?? existing?.roleArn ?? serviceRole(world),
        createdAt: existing?.createdAt ?? world.clock.now(),
        minCapacity,
        maxCapacity,
        suspended: { ...(existing?.suspended ?? NOT_SUSPENDED), ...input.SuspendedState },
      };
      targets.set(resourceId, target);
      record(target, "registered");
      moveIntoBounds(target);
      return { ScalableTargetARN: target.targetArn };
    },
    DescribeScalableTargets(input) {
      checkNamespace(input);
      const wanted = input.ResourceIds ?? [];
      const found = input.ServiceNamespace === "ecs" ? [...targets.values()] : [];
      const { items, NextToken } = page(
        found.filter(({ resourceId }) => wanted.length === 0 || wanted.includes(resourceId)),
        input,
      );
      return { ScalableTargets: items.map(describe), NextToken };
    },
    DeregisterScalableTarget(input) {
      const resourceId = ecsResource(input);
      if (!targets.delete(resourceId)) throw notRegistered(resourceId);
      policies.forget(resourceId);
      return {};
    },
    ...policies.handlers,
  } satisfies Handlers<typeof sdk>;

  return { handlers, state: () => ({ targets: [...targets.values()].map(describe), policies: policies.all() }) };
}

const NOT_SUSPENDED: Required<sdk.SuspendedState> = {
  DynamicScalingInSuspended: false,
  DynamicScalingOutSuspended: false,
  ScheduledScalingSuspended: false,
};

const serviceRole = ({ account }: World) =>
  `arn:aws:iam::${account}:role/aws-service-role/ecs.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_ECSService`;

const describe = (target: Target): sdk.ScalableTarget => ({
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
