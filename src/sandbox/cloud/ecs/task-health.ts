import type { Service } from "./service.ts";
import type { EcsState } from "./state.ts";
import { healthOf, isRunning, type Task } from "./task.ts";

export type Judgement = {
  healthy: boolean;
  unhealthy: boolean;
  /** Why it is unhealthy, as ECS words it: for its stopped reason and for the service's events. */
  problem?: { reason: string; event?: string };
  /** When its grace period ends, if only that keeps it. In milliseconds since the epoch. */
  graceEndsAtMs?: number;
};

/** What the scheduler thinks of a counted task: its targets' and its containers' health, ignored while the grace period lasts. */
export function judge(state: EcsState, service: Service, task: Task): Judgement {
  if (!isRunning(task)) return { healthy: false, unhealthy: false };
  const registered = task.registrations.filter((registration) => registration.state === "registered");
  const health = registered.map((registration) => ({
    ...registration,
    health: state.targets.health(registration.targetGroupArn, registration.target),
  }));
  const checked = task.containers.some(({ definition }) => definition.essential && definition.healthCheck);
  const failed = health.find((target) => target.health === "unhealthy");
  const problem = failed
    ? {
        reason: `Task failed ELB health checks in (target-group ${failed.targetGroupArn})`,
        event: `(task ${task.id}) (port ${failed.target.port}) is unhealthy in (target-group ${failed.targetGroupArn}) due to (reason Health checks failed).`,
      }
    : healthOf(task) === "UNHEALTHY"
      ? { reason: "Task failed container health checks", event: `(task ${task.id}) failed container health checks.` }
      : undefined;
  if (problem) {
    const graceEndsAtMs = task.at.started!.getTime() + (service.settings.healthCheckGracePeriodSeconds ?? 0) * 1_000;
    if (state.world.clock.now() < graceEndsAtMs) return { healthy: false, unhealthy: false, graceEndsAtMs };
    return { healthy: false, unhealthy: true, problem };
  }
  // A group that no rule forwards to checks nothing: its targets are "unused" and cannot hold a deployment up.
  const inService = health.every((target) => target.health === "healthy" || target.health === "unused");
  return { healthy: inService && (!checked || healthOf(task) === "HEALTHY"), unhealthy: false };
}
