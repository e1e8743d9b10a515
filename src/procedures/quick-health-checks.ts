import { type HealthCheckTimes, healthCheckInput, type TargetGroup } from "../aws/target-groups.ts";
import type { Target } from "../targets/schema.ts";
import type { Before } from "./before.ts";
import { type Planned, planned } from "./planned.ts";

/** The least that a load balancer takes. */
const LEAST = { intervalSeconds: 5, healthyThreshold: 2 };
const MOST_FAILURES = 10;

/**
 * As often as possible without being stricter: an answer may take as long as before, and a node may fail for as long as before until it is
 * called unhealthy, upon which ECS would replace it. Undefined where that is no more often.
 */
export function quickened(times: HealthCheckTimes): HealthCheckTimes | undefined {
  const { intervalSeconds, timeoutSeconds, healthyThreshold, unhealthyThreshold } = times;
  const patience = intervalSeconds * unhealthyThreshold;
  // A time-out must be shorter than the interval.
  const interval = Math.max(LEAST.intervalSeconds, timeoutSeconds + 1, Math.ceil(patience / MOST_FAILURES));
  if (interval >= intervalSeconds) return undefined;
  return {
    intervalSeconds: interval,
    timeoutSeconds,
    healthyThreshold: Math.min(healthyThreshold, LEAST.healthyThreshold),
    unhealthyThreshold: Math.ceil(patience / interval),
  };
}

/** What the health check of a target group is inside the window. */
export const timesInside = (
  { healthChecks }: Pick<Target, "healthChecks">,
  group: Pick<TargetGroup, "times">,
): HealthCheckTimes | undefined =>
  (healthChecks === "quick" && group.times ? quickened(group.times) : undefined) ?? group.times;

export type Quickening = { targetGroupArn: string; times: HealthCheckTimes };

/** Has the load balancer ask new nodes more often, where the target group is the target's alone. */
export const quickening = (target: Target, before: Before): Planned<Quickening>[] =>
  before.targetGroups.flatMap((group) => {
    const { arn, name, times } = group;
    const inside = timesInside(target, group);
    if (!times || !inside || inside === times || before.sharedGroupArns.includes(arn)) return [];
    return planned({
      name: `health-check/${name}`,
      phase: "stop",
      call: "elbv2:ModifyTargetGroup",
      resource: arn,
      summary: `Ask nodes of ${name} for their health every ${inside.intervalSeconds} s instead of every ${times.intervalSeconds} s`,
      inverse: `Every ${times.intervalSeconds} s again`,
      undo: { kind: "restore-health-check", targetGroupArn: arn, times },
      parameters: { targetGroupArn: arn, times: inside },
      request: healthCheckInput(arn, inside),
    });
  });
