import type { TaskDefinition } from "@aws-sdk/client-ecs";
import type { EcsTask } from "../aws/ecs-shapes.ts";
import type { ContainerLog } from "../aws/logs.ts";
import { linePattern } from "../targets/line-pattern.ts";
import type { ServiceBefore } from "./before.ts";
import type { PhaseRun } from "./operation-run.ts";

/** What a node must show besides RUNNING and its place in the target groups. */
export type Readiness = {
  /** Its task definition has a container health check, so ECS must call it HEALTHY: UNKNOWN, before the first verdict, is not enough. */
  healthCheck: boolean;
  /** A line that its container must have written. */
  line?: { pattern: string; log: ContainerLog };
};

/** Lines are looked for this often in one node's log: CloudWatch answers few such calls a second for a whole account. */
const ASK_EVERY_MS = 3_000;
/** A line may become readable after younger ones. */
const LATE_LINES_MS = 5 * 60_000;

/** How nodes of a service are waited for, in words. Undefined where nothing but the load balancer or RUNNING is. */
export function waitsFor({ readiness: { healthCheck, line }, container }: ServiceBefore): string | undefined {
  const parts = [
    ...(healthCheck ? ["its container health check is HEALTHY"] : []),
    ...(line ? [`${container} has written ${line.pattern}`] : []),
  ];
  return parts.length ? `a node is ready when ${parts.join(" and ")}` : undefined;
}

/** Looks whether nodes are ready, for one wait: it remembers which line it has seen. */
export function readinessLook(op: PhaseRun) {
  const written = new Set<string>();
  const askedAt = new Map<string, number>();

  async function hasWritten(task: EcsTask, line: NonNullable<Readiness["line"]>): Promise<boolean> {
    const now = op.clock.now();
    const last = askedAt.get(task.arn);
    if (written.has(task.arn)) return true;
    if (last !== undefined && now - last < ASK_EVERY_MS) return false;
    const lines = await op.aws.logs.lines(line.log, {
      taskArn: task.arn,
      sinceMs: last === undefined ? 0 : last - LATE_LINES_MS,
      matching: linePattern(line.pattern),
    });
    askedAt.set(task.arn, now);
    if (lines.length > 0) written.add(task.arn);
    return lines.length > 0;
  }

  /** What a RUNNING node does not show yet; undefined where it is ready. */
  return async (task: EcsTask, { readiness: { healthCheck, line } }: ServiceBefore): Promise<string | undefined> => {
    if (task.healthStatus === "UNHEALTHY") return "UNHEALTHY by its container health check";
    if (healthCheck && task.healthStatus !== "HEALTHY")
      return `${task.healthStatus ?? "UNKNOWN"} by its container health check`;
    if (line && !(await hasWritten(task, line))) return `has not written ${line.pattern}`;
    return undefined;
  };
}

/** Whether ECS will judge the task: by the health checks of its essential containers. One in the image (HEALTHCHECK of Docker) is nothing to ECS. */
export const hasHealthCheck = ({ containerDefinitions = [] }: TaskDefinition): boolean =>
  containerDefinitions.some(({ essential, healthCheck }) => (essential ?? true) && healthCheck !== undefined);
