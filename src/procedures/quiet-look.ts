import { type EcsTask, isQuiet } from "../aws/ecs-shapes.ts";
import type { Look } from "../engine/workflow.ts";
import type { Before } from "./before.ts";
import type { PhaseRun } from "./operation-run.ts";
import { shortName } from "./planned.ts";
import { tasksAt } from "./writers/pause-writers.ts";

/** The tasks that ran when the nodes were told to stop, and when that was, in milliseconds since the epoch. */
export type Pinned = { arns: string[]; at: number };

/** ECS describes a task for at least an hour after it stopped: one that it does not describe earlier need not have ended. */
const FORGOTTEN_AFTER_MS = 60 * 60_000;
/** Listing takes four calls a service, describing what has not ended one for all of them. */
const LIST_EVERY_MS = 5_000;

export async function tasksOf(op: PhaseRun, before: Before): Promise<string[]> {
  const lists = await Promise.all(
    before.services.flatMap(({ name, family }) => [
      op.aws.ecs.tasksOfService(before.cluster, name),
      op.aws.ecs.tasksOfFamily(before.cluster, family),
    ]),
  );
  return [...new Set(lists.flat())];
}

/** A task that may still run a container, where it is, and why ECS has not told it to stop. */
type Loud = { arn: string; cluster: string; lastStatus: string; node: boolean; kept?: string };

/**
 * Looks until every container has ended, and answers when the last one did. What has not ended is described at each look; everything is listed
 * anew now and then, and before the answer: a task that someone starts meanwhile must end too. Made once for each wait, whose memory it keeps.
 * `judge` sees every node, ended as they are, and throws where they may not be left at that.
 */
export function quietLook(
  op: PhaseRun,
  before: Before,
  { judge, ...pinned }: Pinned & { judge?: (nodes: EcsTask[]) => void },
): () => Promise<Look<string>> {
  let loud: Loud[] = [];
  let listedAtMs = Number.NEGATIVE_INFINITY;
  return async () => {
    if (op.clock.now() - listedAtMs < LIST_EVERY_MS) loud = await stillLoud(op, loud);
    else loud = [];
    if (loud.length === 0) {
      const found = await lookAtAll(op, before, pinned);
      if (found.loud.length === 0) {
        judge?.(found.nodes);
        return { done: true, result: found.stoppedAt };
      }
      loud = found.loud;
      listedAtMs = op.clock.now();
    }
    const what = loud.every(({ node }) => node) ? "node" : "task";
    await op.say(`${loud.length} ${loud.length === 1 ? `${what} has` : `${what}s have`} not ended yet`);
    const statuses = loud.map(({ arn, lastStatus, kept }) =>
      [`${shortName(arn).slice(0, 8)} ${lastStatus}`, kept].filter(Boolean).join(", "),
    );
    return { done: false, seen: statuses.join("; ") };
  };
}

/** Those of them that have not ended by now. Nothing where one is not described: everything must be looked at then. */
async function stillLoud(op: PhaseRun, loud: Loud[]): Promise<Loud[]> {
  const lists = await Promise.all(
    [...Map.groupBy(loud, ({ cluster }) => cluster)].map(([cluster, of]) =>
      op.aws.ecs.tasks(
        cluster,
        of.map(({ arn }) => arn),
      ),
    ),
  );
  const now = new Map(lists.flat().map((task) => [task.arn, task]));
  if (loud.some(({ arn }) => !now.has(arn))) return [];
  return loud.flatMap((each) => {
    const task = now.get(each.arn)!;
    return isQuiet(task) ? [] : [{ ...each, lastStatus: task.lastStatus }];
  });
}

type All = { nodes: EcsTask[]; loud: Loud[]; stoppedAt: string };

async function lookAtAll(op: PhaseRun, before: Before, pinned: Pinned): Promise<All> {
  const { cluster } = before;
  const known = before.services.flatMap(({ taskArns }) => taskArns);
  const arns = [...new Set([...known, ...pinned.arns, ...(await tasksOf(op, before))])];
  const [nodes, others] = await Promise.all([op.aws.ecs.tasks(cluster, arns), tasksAt(op, before.otherWriters.places)]);
  const tasks = [...nodes, ...others];
  const mayBeForgotten = op.clock.now() - pinned.at > FORGOTTEN_AFTER_MS;
  const unseen = pinned.arns.filter((pin) => !mayBeForgotten && !tasks.some(({ arn }) => arn === pin));
  const running = nodes.filter((task) => !isQuiet(task));
  const kept = running.length ? await protectionsOf(op, before, running) : new Map<string, string>();
  const loud = [
    ...running.map(({ arn, lastStatus }) => ({ arn, cluster, lastStatus, node: true, kept: kept.get(arn) })),
    ...others.filter((task) => !isQuiet(task)).map((task) => ({ ...task, node: false })),
    ...unseen.map((arn) => ({ arn, cluster, lastStatus: "not described", node: true })),
  ];
  const ends = tasks.flatMap(({ executionStoppedAt, stoppedAt }) => executionStoppedAt ?? stoppedAt ?? []);
  return { nodes, loud, stoppedAt: ends.toSorted().at(-1) ?? new Date(op.clock.now()).toISOString() };
}

/** Why ECS has not told nodes to stop though their service is at 0: since preflight looked, the application may have protected them. */
async function protectionsOf(op: PhaseRun, { cluster }: Before, tasks: EcsTask[]): Promise<Map<string, string>> {
  const wanted = tasks.filter(
    ({ desiredStatus, group }) => desiredStatus === "RUNNING" && group.startsWith("service:"),
  );
  // Only explains: a run that must not ask goes on waiting all the same.
  const found = await op.aws.ecs
    .protections(
      cluster,
      wanted.map(({ arn }) => arn),
    )
    .catch(() => []);
  const words = new Map<string, string>();
  for (const { taskArn, until = "it is lifted" } of found) {
    words.set(taskArn, `protected until ${until}`);
    await op.say(
      `${shortName(taskArn)} is protected until ${until}: ECS does not stop it before. To lift that: aws ecs update-task-protection --cluster ${cluster} --no-protection-enabled --tasks ${shortName(taskArn)}`,
    );
  }
  return words;
}
