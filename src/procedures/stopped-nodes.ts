import type { EcsTask } from "../aws/ecs-shapes.ts";
import type { Before, ServiceBefore } from "./before.ts";
import { endOf, lastWords } from "./last-words.ts";
import type { PhaseRun } from "./operation-run.ts";
import { shortName } from "./planned.ts";

/** So many nodes of a service that stopped are told one by one; a crash loop is then only counted. */
const TOLD_ONE_BY_ONE = 3;
/** So many of them explain a failure. */
const EXPLAIN = 3;

/** Tells each node of a service that ends by itself: why, and for the first of each reason what it wrote last. Made once for each wait. */
export function stoppedNodes(op: PhaseRun) {
  const told = new Map<string, Set<string>>();
  const reasons = new Set<string>();
  return async (service: ServiceBefore, tasks: EcsTask[]): Promise<void> => {
    const known = told.get(service.name) ?? new Set();
    told.set(service.name, known);
    for (const task of tasks.filter(endedByItself).filter(({ arn }) => !known.has(arn))) {
      known.add(task.arn);
      if (known.size > TOLD_ONE_BY_ONE) {
        if (known.size % 10 === 0) await op.say(`${known.size} nodes of ${service.name} have stopped so far`);
        continue;
      }
      const reason = endOf(task);
      await op.say(`node ${shortName(task.arn).slice(0, 8)} of ${service.name} stopped: ${reason}`);
      if (reasons.has(reason)) continue;
      reasons.add(reason);
      const { lines, linesOf } = await lastWords(op, task, service);
      for (const line of lines) await op.say(`${linesOf} wrote: ${line}`);
    }
  };
}

/** ECS's last word on it: until a task is STOPPED an exit code or a line may still be missing. */
const endedByItself = ({ lastStatus, stopCode, stoppedReason = "" }: EcsTask): boolean =>
  lastStatus === "STOPPED" &&
  (stopCode === "EssentialContainerExited" || stopCode === "TaskFailedToStart" || /health checks/.test(stoppedReason));

/** The last nodes of the wanted revisions that ended, which say why a service does not get on. */
export async function lastToStop(
  op: PhaseRun,
  before: Before,
  wanted: { service: string; taskDefinitionArn: string }[],
): Promise<{ task: EcsTask; service: ServiceBefore }[]> {
  const found = await Promise.all(
    wanted.map(async ({ service: name, taskDefinitionArn }) => {
      const service = before.services.find((each) => each.name === name)!;
      const tasks = await op.aws.ecs.tasks(before.cluster, await op.aws.ecs.tasksOfService(before.cluster, name));
      return tasks
        .filter((task) => task.taskDefinitionArn === taskDefinitionArn && !service.taskArns.includes(task.arn))
        .filter(endedByItself)
        .toSorted((a, b) => (b.stoppedAt ?? "").localeCompare(a.stoppedAt ?? ""))
        .slice(0, EXPLAIN)
        .map((task) => ({ task, service }));
    }),
  );
  return found.flat();
}
