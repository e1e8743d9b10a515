import type * as sdk from "@aws-sdk/client-application-auto-scaling";
import type { Handlers } from "../../wire/server.ts";
import type { Known } from "../iam/known.ts";
import type { MetricReader, ServiceCounts } from "../seams.ts";
import { arn, type World } from "../world.ts";
import { createActivities } from "./activities.ts";
import { createCapacity } from "./capacity.ts";
import { createPolicies } from "./policies.ts";
import { createScheduledActions } from "./scheduled-actions.ts";
import { describeTarget, NOT_SUSPENDED, type Target } from "./target.ts";
import { checkCapacity, checkNamespace, ecsResource, invalid, notRegistered, page } from "./validation.ts";

export type AutoScaling = {
  handlers: Handlers<typeof sdk>;
  /** What IAM looks up. */
  known: Known["autoScaling"];
  /** Lets an alarm call its step policy: false where the ARN is none. `beyond` is the metric less the threshold. */
  runStep(policyArn: string, alarm: { name: string; beyond: number }): boolean;
  /** A policy wants so many more, or fewer, of a service: whether it gets any. False too where nothing scales it. */
  want(resourceId: string, more: number): boolean;
  /** Scalable targets, policies and scheduled actions as they are, for people. */
  state(): unknown;
  /** Nothing scales any more. */
  stop(): void;
};

/** Application Auto Scaling for ECS services. Without metrics its target tracking policies never have data, and do nothing. */
export function createAutoScaling(
  world: World,
  { counts, metrics }: { counts: ServiceCounts; metrics?: MetricReader },
): AutoScaling {
  const targets = new Map<string, Target>();
  const activities = createActivities(world);
  const capacity = createCapacity(world, { counts, activities });
  const policies = createPolicies(world, { targets, capacity, counts, metrics });
  const scheduled = createScheduledActions(world, { targets, capacity, activities });

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
      capacity.record(target, "registered");
      capacity.moveIntoBounds(target);
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
      return { ScalableTargets: items.map(describeTarget), NextToken };
    },
    DeregisterScalableTarget(input) {
      const resourceId = ecsResource(input);
      if (!targets.delete(resourceId)) throw notRegistered(resourceId);
      policies.forget(resourceId);
      scheduled.forget(resourceId);
      return {};
    },
    ...policies.handlers,
    ...scheduled.handlers,
    ...activities.handlers,
  } satisfies Handlers<typeof sdk>;

  return {
    handlers,
    known: { targetArn: (resourceId) => targets.get(resourceId)?.targetArn },
    runStep: policies.runStep,
    want(resourceId, more) {
      const target = targets.get(resourceId);
      const count = counts.desiredCount(resourceId);
      if (!target || count === undefined) return false;
      return capacity.scale(
        target,
        Math.max(0, count + more),
        "monitor alarm load in state ALARM triggered policy load",
      );
    },
    state: () => ({
      targets: [...targets.values()].map(describeTarget),
      policies: policies.all(),
      scheduledActions: scheduled.all(),
    }),
    stop() {
      policies.stop();
      scheduled.stop();
    },
  };
}

const serviceRole = ({ account }: World) =>
  `arn:aws:iam::${account}:role/aws-service-role/ecs.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_ECSService`;
