import * as sdk from "@aws-sdk/client-application-auto-scaling";
import type { Handlers } from "../../wire/server.ts";
import { awsError } from "../../wire/service.ts";
import { arn, type World } from "../world.ts";
import { checkEnum, checkNamespace, DIMENSION, ecsResource, invalid, page } from "./validation.ts";

/**
 * Scaling policies are kept and described; nothing acts on them. Scheduled actions cannot be made (PutScheduledAction answers 501), so
 * there are none.
 */
export function createPolicies(world: World, { isRegistered }: { isRegistered: (resourceId: string) => boolean }) {
  const policies = new Map<string, sdk.ScalingPolicy>();
  const keyOf = (resourceId: string | undefined, name: string | undefined) => `${resourceId} ${name}`;

  const handlers = {
    PutScalingPolicy(input) {
      const resourceId = ecsResource(input);
      checkEnum("policyType", input.PolicyType, sdk.PolicyType);
      if (!isRegistered(resourceId)) throw notRegistered(resourceId);
      if (!/^[^|\p{Cc}]{1,256}$/u.test(input.PolicyName ?? ""))
        throw invalid(`Invalid policy name ${input.PolicyName}`);
      const key = keyOf(resourceId, input.PolicyName);
      const existing = policies.get(key);
      const type = input.PolicyType ?? existing?.PolicyType ?? "StepScaling";
      const configuration = {
        StepScaling: input.StepScalingPolicyConfiguration,
        TargetTrackingScaling: input.TargetTrackingScalingPolicyConfiguration,
        PredictiveScaling: input.PredictiveScalingPolicyConfiguration,
      }[type];
      if (!configuration && !existing) throw invalid(`A policy of type ${type} needs its configuration`);
      const policy: sdk.ScalingPolicy = {
        PolicyARN: arn(
          world,
          "autoscaling",
          `scalingPolicy:${world.ids.hex(32)}:resource/ecs/${resourceId}:policyName/${input.PolicyName}`,
        ),
        CreationTime: new Date(world.clock.now()),
        Alarms: [],
        ...existing,
        PolicyName: input.PolicyName,
        ServiceNamespace: "ecs",
        ResourceId: resourceId,
        ScalableDimension: DIMENSION,
        PolicyType: type,
        ...(configuration && { [`${type}PolicyConfiguration`]: configuration }),
      };
      policies.set(key, policy);
      return { PolicyARN: policy.PolicyARN, Alarms: policy.Alarms };
    },
    DeleteScalingPolicy(input) {
      const resourceId = ecsResource(input);
      if (!policies.delete(keyOf(resourceId, input.PolicyName)))
        throw awsError(
          sdk.ObjectNotFoundException$,
          `No scaling policy found for resource ID: ${resourceId}, name: ${input.PolicyName}`,
        );
      return {};
    },
    DescribeScalingPolicies(input) {
      checkNamespace(input);
      const found = [...policies.values()].filter(
        (policy) =>
          policy.ServiceNamespace === input.ServiceNamespace &&
          (input.ResourceId === undefined || policy.ResourceId === input.ResourceId) &&
          (!input.PolicyNames?.length || input.PolicyNames.includes(policy.PolicyName!)),
      );
      const { items, NextToken } = page(found, input);
      return { ScalingPolicies: items, NextToken };
    },
    DescribeScheduledActions(input) {
      checkNamespace(input);
      return { ScheduledActions: [] };
    },
  } satisfies Handlers<typeof sdk>;

  return {
    handlers,
    /** Deregistering a target deletes its policies. */
    forget(resourceId: string) {
      for (const [key, policy] of policies) if (policy.ResourceId === resourceId) policies.delete(key);
    },
    all: () => [...policies.values()],
  };
}

export const notRegistered = (resourceId: string) =>
  awsError(
    sdk.ObjectNotFoundException$,
    `No scalable target registered for service namespace: ecs, resource ID: ${resourceId}, scalable dimension: ${DIMENSION}`,
  );
