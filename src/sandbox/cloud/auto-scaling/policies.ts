import * as sdk from "@aws-sdk/client-application-auto-scaling";
import type { Handlers } from "../../wire/server.ts";
import { awsError } from "../../wire/service.ts";
import type { MetricReader, ServiceCounts } from "../seams.ts";
import { arn, type World } from "../world.ts";
import type { Capacity } from "./capacity.ts";
import { stepTo } from "./step-scaling.ts";
import type { Target } from "./target.ts";
import { metricOf, track } from "./target-tracking.ts";
import { checkEnum, checkNamespace, DIMENSION, ecsResource, invalid, notRegistered, page } from "./validation.ts";

const DEFAULT_COOLDOWN_SECONDS = 300;

type Entry = { policy: sdk.ScalingPolicy; stop: () => void; quietUntilMs: number };

/** Scaling policies. Target tracking watches its metric by itself; a step policy acts when an alarm calls it; predictive scaling is only kept. */
export function createPolicies(
  world: World,
  parts: {
    targets: ReadonlyMap<string, Target>;
    capacity: Capacity;
    counts: ServiceCounts;
    metrics: MetricReader | undefined;
  },
) {
  const policies = new Map<string, Entry>();
  const keyOf = (resourceId: string | undefined, name: string | undefined) => `${resourceId} ${name}`;

  /** The two alarms that target tracking makes for itself; people see them and are told not to touch them. */
  const alarmsOf = (resourceId: string): sdk.Alarm[] =>
    ["AlarmHigh", "AlarmLow"].map((kind) => {
      const AlarmName = `TargetTracking-${resourceId}-${kind}-${world.ids.hex(8)}`;
      return { AlarmName, AlarmARN: arn(world, "cloudwatch", `alarm:${AlarmName}`) };
    });

  function watch(policy: sdk.ScalingPolicy): () => void {
    const { TargetTrackingScalingPolicyConfiguration: configuration, ResourceId: resourceId = "" } = policy;
    const metric = configuration && metricOf(configuration, resourceId);
    if (!configuration || !metric || !parts.metrics) return () => {};
    return track(world, {
      configuration,
      metric,
      metrics: parts.metrics,
      current: () => parts.counts.desiredCount(resourceId),
      scale(wanted, alarm) {
        const target = parts.targets.get(resourceId);
        const name = policy.Alarms?.find(({ AlarmName }) => AlarmName?.includes(`-${alarm}-`))?.AlarmName;
        const cause = `monitor alarm ${name} in state ALARM triggered policy ${policy.PolicyName}`;
        return target !== undefined && parts.capacity.scale(target, wanted, cause);
      },
    });
  }

  /** What a CloudWatch alarm does whose action is a step policy: false where the ARN is no policy of that kind. `beyond` is the metric less the threshold. */
  function runStep(policyArn: string, alarm: { name: string; beyond: number }): boolean {
    const entry = [...policies.values()].find(({ policy }) => policy.PolicyARN === policyArn);
    const configuration = entry?.policy.StepScalingPolicyConfiguration;
    if (!entry || !configuration) return false;
    const { ResourceId = "", PolicyName } = entry.policy;
    const target = parts.targets.get(ResourceId);
    const current = parts.counts.desiredCount(ResourceId);
    if (!target || current === undefined || world.clock.now() < entry.quietUntilMs) return true;
    const wanted = stepTo(configuration, { current, beyond: alarm.beyond });
    const cause = `monitor alarm ${alarm.name} in state ALARM triggered policy ${PolicyName}`;
    if (wanted !== undefined && parts.capacity.scale(target, wanted, cause))
      entry.quietUntilMs = world.clock.now() + (configuration.Cooldown ?? DEFAULT_COOLDOWN_SECONDS) * 1_000;
    return true;
  }

  const handlers = {
    PutScalingPolicy(input) {
      const resourceId = ecsResource(input);
      checkEnum("policyType", input.PolicyType, sdk.PolicyType);
      if (!parts.targets.has(resourceId)) throw notRegistered(resourceId);
      if (!/^[^|\p{Cc}]{1,256}$/u.test(input.PolicyName ?? ""))
        throw invalid(`Invalid policy name ${input.PolicyName}`);
      const key = keyOf(resourceId, input.PolicyName);
      const existing = policies.get(key);
      const type = input.PolicyType ?? existing?.policy.PolicyType ?? "StepScaling";
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
        Alarms: type === "TargetTrackingScaling" ? alarmsOf(resourceId) : [],
        ...existing?.policy,
        PolicyName: input.PolicyName,
        ServiceNamespace: "ecs",
        ResourceId: resourceId,
        ScalableDimension: DIMENSION,
        PolicyType: type,
        ...(configuration && { [`${type}PolicyConfiguration`]: configuration }),
      };
      const stop = watch(policy);
      existing?.stop();
      policies.set(key, { policy, stop, quietUntilMs: 0 });
      return { PolicyARN: policy.PolicyARN, Alarms: policy.Alarms };
    },
    DeleteScalingPolicy(input) {
      const resourceId = ecsResource(input);
      const key = keyOf(resourceId, input.PolicyName);
      const entry = policies.get(key);
      if (!entry)
        throw awsError(
          sdk.ObjectNotFoundException$,
          `No scaling policy found for resource ID: ${resourceId}, name: ${input.PolicyName}`,
        );
      entry.stop();
      policies.delete(key);
      return {};
    },
    DescribeScalingPolicies(input) {
      checkNamespace(input);
      const found = [...policies.values()]
        .map(({ policy }) => policy)
        .filter(
          (policy) =>
            policy.ServiceNamespace === input.ServiceNamespace &&
            (input.ResourceId === undefined || policy.ResourceId === input.ResourceId) &&
            (!input.PolicyNames?.length || input.PolicyNames.includes(policy.PolicyName!)),
        );
      const { items, NextToken } = page(found, input);
      return { ScalingPolicies: items, NextToken };
    },
  } satisfies Handlers<typeof sdk>;

  return {
    handlers,
    runStep,
    /** Deregistering a target deletes its policies. */
    forget(resourceId: string) {
      for (const [key, { policy, stop }] of policies) {
        if (policy.ResourceId !== resourceId) continue;
        stop();
        policies.delete(key);
      }
    },
    all: () => [...policies.values()].map(({ policy }) => policy),
    stop() {
      for (const { stop } of policies.values()) stop();
    },
  };
}
