import type { TargetHealth } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { TargetHealthState } from "../seams.ts";
import type { World } from "../world.ts";
import type { Target, TargetGroup, TargetReason } from "./model.ts";

export type ReportedHealth = TargetHealth & { State: TargetHealthState };

const reported = (State: TargetHealthState, Reason: TargetReason, Description: string): ReportedHealth => ({
  State,
  Reason,
  Description,
});

export const notRegistered = reported("unused", "Target.NotRegistered", "Target is not registered to the target group");

/** A target's health as DescribeTargetHealth tells it. */
export function reportedHealth(group: TargetGroup, target: Target | undefined): ReportedHealth {
  if (!target) return notRegistered;
  if (target.draining) {
    return reported("draining", "Target.DeregistrationInProgress", "Target deregistration is in progress");
  }
  if (!group.inUse) {
    return reported(
      "unused",
      "Target.NotInUse",
      "Target group is not configured to receive traffic from the load balancer",
    );
  }
  const { state, reason, description } = target.health;
  return { State: state, Reason: reason, Description: description };
}

export function logTarget(
  { log }: World,
  group: TargetGroup,
  { id, port, by }: Target,
  change: "registered" | "deregistered",
): void {
  log.append({ kind: "target", targetGroupArn: group.arn, id, port, change, by });
}

/** Logs a target's health; call it after each change of it. */
export function logHealth({ log }: World, group: TargetGroup, target: Target): void {
  const { id, port } = target;
  const current = group.targets.get(targetKey(target)) === target ? target : undefined;
  const { State: state, Reason: reason } = reportedHealth(group, current);
  log.append({ kind: "target", targetGroupArn: group.arn, id, port, change: "health", state, reason });
}

/** Where a target is reached: by its address, or by that of the instance it names. */
export const hostOf = ({ instances }: Pick<World, "instances">, id: string): string => instances?.get(id) ?? id;

export const targetKey = ({ id, port }: { id: string; port: number }): string => `${id}:${port}`;
