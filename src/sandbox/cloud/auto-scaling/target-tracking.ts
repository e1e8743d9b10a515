import type * as sdk from "@aws-sdk/client-application-auto-scaling";
import type { MetricId, MetricReader } from "../seams.ts";
import type { World } from "../world.ts";
import { invalid } from "./validation.ts";

/** Target tracking looks at one data point a minute: three beyond the target scale out, fifteen below nine tenths of it scale in. */
const PERIOD_MS = 60_000;
const POINTS_OUT = 3;
const POINTS_IN = 15;
const SCALE_IN_SHARE = 0.9;
const DEFAULT_COOLDOWN_SECONDS = 300;

const METRICS: Record<string, string> = {
  ECSServiceAverageCPUUtilization: "CPUUtilization",
  ECSServiceAverageMemoryUtilization: "MemoryUtilization",
};

/** What a target tracking policy looks at. Throws ValidationException for a metric that is none of an ECS service. */
export function metricOf(
  configuration: sdk.TargetTrackingScalingPolicyConfiguration,
  resourceId: string,
): MetricId | undefined {
  const { PredefinedMetricSpecification: predefined, CustomizedMetricSpecification: customized } = configuration;
  if (customized)
    return {
      namespace: customized.Namespace ?? "",
      name: customized.MetricName ?? "",
      dimensions: Object.fromEntries((customized.Dimensions ?? []).map(({ Name, Value }) => [Name, Value ?? ""])),
    };
  if (!predefined) return undefined;
  const type = predefined.PredefinedMetricType!;
  const [, ClusterName = "", ServiceName = ""] = resourceId.split("/");
  if (type === "ALBRequestCountPerTarget") {
    const TargetGroup = /targetgroup\/.+$/.exec(predefined.ResourceLabel ?? "")?.[0];
    if (!TargetGroup) throw invalid(`Invalid resource label ${predefined.ResourceLabel}`);
    return { namespace: "AWS/ApplicationELB", name: "RequestCountPerTarget", dimensions: { TargetGroup } };
  }
  const name = METRICS[type];
  if (!name) throw invalid(`Unsupported predefined metric type ${type} for the service namespace ecs`);
  return { namespace: "AWS/ECS", name, dimensions: { ClusterName, ServiceName } };
}

/** Watches one policy's metric until the returned function is called. Without data it does nothing, and nothing at all while there was none yet. */
export function track(
  world: World,
  options: {
    configuration: sdk.TargetTrackingScalingPolicyConfiguration;
    metric: MetricId;
    metrics: MetricReader;
    current: () => number | undefined;
    /** Returns whether the count was changed. */
    scale: (wanted: number, alarm: "AlarmHigh" | "AlarmLow") => boolean;
  },
): () => void {
  const { configuration, metric, metrics } = options;
  const { TargetValue: target = 0, DisableScaleIn = false } = configuration;
  const cooldownMs = {
    AlarmHigh: (configuration.ScaleOutCooldown ?? DEFAULT_COOLDOWN_SECONDS) * 1_000,
    AlarmLow: (configuration.ScaleInCooldown ?? DEFAULT_COOLDOWN_SECONDS) * 1_000,
  };
  let above = 0;
  let below = 0;
  let quietUntilMs = 0;
  let cancel: (() => void) | undefined;

  function look(): void {
    cancel = undefined;
    const current = options.current();
    // A service without tasks uses no CPU and no memory, so it has no data.
    const value = metric.namespace === "AWS/ECS" && current === 0 ? undefined : metrics.latest(metric);
    if (metrics.latest(metric) !== undefined) cancel = world.timers.after(PERIOD_MS, look);
    if (value === undefined) {
      above = below = 0;
      return;
    }
    above = value > target ? above + 1 : 0;
    below = value < target * SCALE_IN_SHARE ? below + 1 : 0;
    if (current === undefined || world.clock.now() < quietUntilMs) return;
    // From zero there is nothing to multiply: one is the first step.
    const proportional = Math.ceil((Math.max(current, 1) * value) / target);
    const alarm = above >= POINTS_OUT ? "AlarmHigh" : below >= POINTS_IN && !DisableScaleIn ? "AlarmLow" : undefined;
    if (alarm === undefined) return;
    const wanted = alarm === "AlarmHigh" ? Math.max(proportional, current + 1) : Math.min(proportional, current - 1);
    if (options.scale(Math.max(0, wanted), alarm)) quietUntilMs = world.clock.now() + cooldownMs[alarm];
  }

  function begin(): void {
    cancel ??= world.timers.after(PERIOD_MS, look);
  }
  const unsubscribe = metrics.onChange((changed) => {
    if (changed === metrics.keyOf(metric)) begin();
  });
  if (metrics.latest(metric) !== undefined) begin();
  return () => {
    unsubscribe();
    cancel?.();
  };
}
