import type { EcsTask } from "../aws/ecs-shapes.ts";
import { OperationError } from "../operations/operation-error.ts";
import type { ServiceBefore } from "./before.ts";
import { failureOf } from "./failure.ts";
import type { PhaseRun } from "./operation-run.ts";
import { shortName } from "./planned.ts";

/** How a task ended, or what it says while it does not get on: what people otherwise look for in two consoles. */
export type LastWords = {
  taskArn: string;
  stopCode?: string;
  stoppedReason?: string;
  containers: { name: string; exitCode?: number; reason?: string }[];
  /** Of the container that failed, or the application's; none where its log cannot be read. */
  lines: string[];
  linesOf?: string;
};

const LINES = 10;
/** A line may be as long as a megabyte, and this goes into steps, events and messages. */
const LONGEST_LINE = 1_000;
/** The last lines of a container become readable some seconds after it wrote them. */
const READABLE_AFTER_MS = 5_000;
/** Failures of which a node's end, or what it wrote, is the explanation. */
const EXPLAINED_BY_A_NODE = new Set([
  "leader-stopped",
  "leader-never-ran",
  "leader-did-not-start",
  "second-leader",
  "migrate-command-failed",
  "migration-failed",
  "deployment-failed",
  "timed-out",
]);

/** Runs, and where it fails for what a node did, adds to the failure how the nodes ended and the last lines they wrote. */
export async function withLastWords<Result>(
  op: PhaseRun,
  { tasks }: { tasks: () => Promise<{ task: EcsTask; service: ServiceBefore }[]> },
  run: () => Promise<Result>,
): Promise<Result> {
  try {
    return await run();
  } catch (thrown) {
    const failure = failureOf(thrown);
    if (!EXPLAINED_BY_A_NODE.has(failure.code)) throw thrown;
    throw explained(failure, await op.step("last-words", () => lastWordsOf(op, tasks)));
  }
}

/** Never throws: what cannot be found out must not hide the failure itself. */
async function lastWordsOf(
  op: PhaseRun,
  tasks: () => Promise<{ task: EcsTask; service: ServiceBefore }[]>,
): Promise<LastWords[]> {
  try {
    const found = await tasks();
    if (found.some(({ service }) => Object.keys(service.logs).length > 0)) await op.clock.sleep(READABLE_AFTER_MS);
    return await Promise.all(found.map(({ task, service }) => lastWords(op, task, service)));
  } catch {
    return [];
  }
}

export async function lastWords(op: PhaseRun, task: EcsTask, service: ServiceBefore): Promise<LastWords> {
  const { arn: taskArn, stopCode, stoppedReason, containers } = task;
  const failed = containers.find(({ name, exitCode, reason }) => service.logs[name] && (exitCode || reason));
  const linesOf = failed?.name ?? service.container;
  const log = service.logs[linesOf];
  const tail = log ? await op.aws.logs.tail(log, { taskArn, count: LINES }).catch(() => []) : [];
  return {
    taskArn,
    stopCode,
    stoppedReason,
    containers: containers.map(({ name, exitCode, reason }) => ({ name, exitCode, reason })),
    lines: tail.map(({ message }) => shortened(message)),
    ...(tail.length && { linesOf }),
  };
}

const shortened = (line: string): string =>
  line.length <= LONGEST_LINE
    ? line
    : `${line.slice(0, LONGEST_LINE).replace(/[\ud800-\udbff]$/, "")} … (${line.length - LONGEST_LINE} more characters)`;

/** `Essential container in task exited (app: exit code 1)`. */
export const endOf = ({ stoppedReason, stopCode, containers }: Omit<LastWords, "lines" | "taskArn">): string =>
  `${stoppedReason ?? stopCode ?? "no reason given"} (${containers.map(containerInWords).join("; ")})`;

const containerInWords = ({ name, exitCode, reason }: LastWords["containers"][number]): string =>
  `${name}: ${exitCode === undefined ? (reason ?? "not started") : `exit code ${exitCode}${reason ? `, ${reason}` : ""}`}`;

function explained(failure: OperationError, words: LastWords[]): OperationError {
  if (words.length === 0) return failure;
  const { code, hint, details, retryable } = failure;
  const ends = words.flatMap((each) => {
    const node = `the task ${shortName(each.taskArn)}`;
    const ended = each.stopCode || each.stoppedReason ? [`${node} stopped: ${endOf(each)}`] : [];
    return each.lines.length
      ? [...ended, `The last lines of ${each.linesOf} of ${node}:`, ...each.lines.map((line) => `  ${line}`)]
      : ended;
  });
  return new OperationError(failure.message, {
    code,
    retryable,
    hint: [hint, ...ends].filter(Boolean).join("\n") || undefined,
    details: { ...details, nodes: words },
    cause: failure,
  });
}
