import type { EcsTask } from "../aws/ecs-shapes.ts";
import { OperationError } from "../operations/operation-error.ts";
import { endOf } from "./last-words.ts";

/**
 * Throws where the leader has ended, or is told to: `leader-never-ran` only where ECS's last word is that no container of it ever started.
 * Until a task is STOPPED an exit code or a start may still be missing: then it answers that the leader is ending, whatever the leader says.
 */
export function throwIfEnded(task: EcsTask): { ending: boolean } {
  if (task.desiredStatus !== "STOPPED" && task.lastStatus !== "STOPPED") return { ending: false };
  const ran = task.startedAt !== undefined || task.containers.some(({ exitCode }) => exitCode !== undefined);
  if (!ran && task.lastStatus !== "STOPPED") return { ending: true };
  const { arn: taskArn, stopCode, stoppedReason, containers } = task;
  throw new OperationError(`the leader stopped: ${endOf(task)}`, {
    code: neverRan(task) ? "leader-never-ran" : "leader-stopped",
    details: { taskArn, stopCode, stoppedReason, containers },
  });
}

/**
 * ECS says so itself with TaskFailedToStart. The absence of a start and of exit codes alone proves nothing: an agent that is lost, or a
 * task that was stopped by hand before it was RUNNING, leaves the same traces after its containers have run.
 */
export const neverRan = ({ lastStatus, stopCode, startedAt, containers }: EcsTask): boolean =>
  lastStatus === "STOPPED" &&
  stopCode === "TaskFailedToStart" &&
  startedAt === undefined &&
  containers.every(({ exitCode }) => exitCode === undefined);
