import type { EcsTask } from "../aws/ecs-shapes.ts";
import { OperationError } from "../operations/operation-error.ts";
import type { Before } from "./before.ts";
import { isStartedBy } from "./leader-task.ts";
import { nowAndThen } from "./now-and-then.ts";
import type { PhaseRun, Watch } from "./operation-run.ts";
import type { Prepared } from "./prepare.ts";
import { wantedTasksAt } from "./writers/pause-writers.ts";

/** Nobody else starts a node: neither the old version on data that is being migrated, nor a second migration. */
export function nobodyElseStarts(before: Before, { revisions, leaderRevision }: Prepared): Watch {
  const known = new Set<string>();
  return nowAndThen(async (op) => {
    const ours = [...Object.values(revisions), leaderRevision];
    // A standalone task of our revision is somebody else's: whoever runs a family without saying which revision gets the newest one.
    const isOurs = (task: EcsTask) =>
      isStartedBy(task, op.id) || (task.group.startsWith("service:") && ours.includes(task.taskDefinitionArn));
    const tasks = await wantedTasks(op, before, known);
    const strangers = tasks.filter((task) => !isOurs(task));
    for (const task of tasks) if (isOurs(task)) known.add(task.arn);
    if (strangers.length === 0) return;
    await stopServicesAgain(op, before, strangers);
    throw new OperationError(
      `expected no node but the operation's own, found ${strangers.map(({ arn, group, lastStatus }) => `${arn} (${group}, ${lastStatus})`).join(", ")}`,
      {
        code: "foreign-start",
        hint: "Find out who started it (a deployment, a schedule, a person) and keep it away. Services were set to 0 again; a standalone task is yours to stop before it touches the data",
        details: { tasks: strangers.map(({ arn }) => arn) },
      },
    );
  });
}

/** The window's own count: a service that was told otherwise is told 0 again, before its tasks have got so far as to run. */
async function stopServicesAgain(op: PhaseRun, before: Before, strangers: EcsTask[]): Promise<void> {
  for (const { name } of before.services)
    if (strangers.some(({ group }) => group === `service:${name}`))
      await op.aws.ecs.updateService({ cluster: before.cluster, service: name, desiredCount: 0 });
}

/** Those that are not known to be ours: what a task is and who started it never changes. */
async function wantedTasks(op: PhaseRun, before: Before, known: ReadonlySet<string>) {
  const lists = await Promise.all(
    before.services.flatMap(({ name, family }) => [
      op.aws.ecs.wantedTasks({ cluster: before.cluster, serviceName: name }),
      op.aws.ecs.wantedTasks({ cluster: before.cluster, family }),
    ]),
  );
  const [nodes, others] = await Promise.all([
    op.aws.ecs.tasks(
      before.cluster,
      [...new Set(lists.flat())].filter((arn) => !known.has(arn)),
    ),
    wantedTasksAt(op, before.otherWriters.places),
  ]);
  return [...nodes, ...others];
}
