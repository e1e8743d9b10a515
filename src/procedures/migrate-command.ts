import { type EcsTask, isQuiet } from "../aws/ecs-shapes.ts";
import type { Look } from "../engine/workflow.ts";
import { OperationError } from "../operations/operation-error.ts";
import type { Before } from "./before.ts";
import { endOf, withLastWords } from "./last-words.ts";
import { neverRan } from "./leader-end.ts";
import { runOnce } from "./leader-start.ts";
import { commandTask } from "./leader-task.ts";
import type { PhaseRun } from "./operation-run.ts";
import { shortName } from "./planned.ts";
import type { Prepared } from "./prepare.ts";

/** A command that writes more is read in its log: every line is an event of the operation. */
const MOST_LINES = 200;
/** A line may become readable after younger ones. */
const LATE_LINES_MS = 30_000;

/** Runs the target's migrate command once, in one task of the new revision, and waits until it has ended with 0. Never tried again on the same data. */
export async function runMigrateCommand(op: PhaseRun, before: Before, { revisions }: Prepared): Promise<void> {
  const command = op.target.migrate?.command;
  if (!command) return;
  const service = before.services[0]!;
  const taskArn = await op.mutate(
    commandTask(op.target, before, { operationId: op.id, revision: revisions[service.name]!, command }),
    (input, attempt) => runOnce(op, before, { input, attempt, what: "the migrate command" }),
  );
  const task = async () => (await op.aws.ecs.tasks(before.cluster, [taskArn]))[0];
  await withLastWords(
    op,
    {
      tasks: async () => {
        const found = await task();
        return found ? [{ task: found, service }] : [];
      },
    },
    () => {
      const tell = tellLines(op, before, taskArn);
      return op.poll("the migrate command has ended", async () => hasEnded(op, before, { task: await task(), tell }), {
        timeoutMs: op.target.timeouts.migrate,
      });
    },
  );
}

async function hasEnded(
  op: PhaseRun,
  before: Before,
  { task, tell }: { task: EcsTask | undefined; tell: () => Promise<void> },
): Promise<Look<null>> {
  await tell();
  const seen = `the migrate command's task is ${task?.lastStatus ?? "not listed yet"}`;
  if (!task || !isQuiet(task)) {
    await op.say(seen);
    return { done: false, seen };
  }
  const { exitCode } = task.containers.find(({ name }) => name === before.services[0]!.container) ?? {};
  if (exitCode === 0) {
    await op.say(`the migrate command ended with 0 in the task ${shortName(task.arn)}`);
    return { done: true, result: null };
  }
  // Until the task is STOPPED an exit code may still be missing.
  if (exitCode === undefined && task.lastStatus !== "STOPPED") return { done: false, seen };
  throw new OperationError(`expected the migrate command to end with 0, found: ${endOf(task)}`, {
    code: neverRan(task) ? "leader-never-ran" : "migrate-command-failed",
    details: { taskArn: task.arn, exitCode },
  });
}

/** What the command writes, as progress. Without a log that can be read there is none. */
function tellLines(op: PhaseRun, before: Before, taskArn: string): () => Promise<void> {
  const { logs, container } = before.services[0]!;
  const log = logs[container];
  const told = new Set<string>();
  let sinceMs = 0;
  return async () => {
    if (!log || told.size >= MOST_LINES) return;
    const now = op.clock.now();
    const lines = await op.aws.logs.lines(log, { taskArn, sinceMs }).catch(() => []);
    sinceMs = now - LATE_LINES_MS;
    for (const { at, message } of lines) {
      if (told.has(`${at} ${message}`) || told.size >= MOST_LINES) continue;
      told.add(`${at} ${message}`);
      await op.say(`${container} wrote: ${message}`);
    }
  };
}
