import { appendFileSync } from "node:fs";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { stopwatch } from "../action/plain-text.ts";
import { AUDIENCE, type Bundles } from "../sandbox/functions.ts";
import { readyText } from "../sandbox/ready.ts";
import { createActionLog } from "./action-log.ts";
import type { Course, Hand } from "./breakages.ts";
import { claimsOf } from "./claims.ts";
import {
  callsByService,
  type Evidence,
  judgement,
  runningNodes,
  standingLeader,
  stateOf,
  storedNotices,
} from "./evidence.ts";
import { type Job, prepareJob } from "./github-runner.ts";
import { type Files, reportLines } from "./report.ts";
import { type Stage, setStage } from "./stage.ts";
import type { Terminal } from "./terminal.ts";
import { readNotices, startVisitors, type Visitors } from "./visitors.ts";
import { showVisitors } from "./visitors-line.ts";

export type DemoOptions = {
  /** The repository: where the action is. */
  root: string;
  bundles: Bundles;
  course: Course;
  /** Leaves the sandbox up until the signal aborts. */
  keep: boolean;
  terminal: Terminal;
  /** Ends everything. */
  signal: AbortSignal;
};

const REPOSITORY = { name: "acme/noticeboard", id: "123456" };
/** How long visitors show, before the upgrade and after it, that all is well. */
const CALM_MS = 2_500;

/** Shows one upgrade from its beginning to its end. Answers the exit code: 0 only if everything that this course promises is true. */
export async function runDemo({ root, bundles, course, keep, terminal, signal }: DemoOptions): Promise<0 | 1> {
  const { print, paint } = terminal;
  await using cleanup = new AsyncDisposableStack();
  const directory = await mkdtemp(join(tmpdir(), "intermission-demo-"));

  print(paint("bold", "A local AWS, with three nodes of the noticeboard 1.4.2 behind a load balancer"));
  const stage = await setStage({
    ...{ root, bundles, course, terminal, signal },
    functionsLog: join(directory, "functions.log"),
  });
  cleanup.defer(() => stage.close());
  const { sandbox, target, addresses } = stage;
  print(`  Visitors come to ${sandbox.targets[target.name]!.url}, and read and write all the time.`);
  const visitors = startVisitors({ url: target.url, addresses, pageText: target.page.message });
  cleanup.defer(() => visitors.stop());

  const evidence = await watch({ stage, visitors, course, terminal, root, directory, signal, cleanup });
  const files = await keepFiles(directory, evidence, stage);
  const claims = claimsOf(course, evidence);
  const wrong = claims.filter((claim) => claim.wrong !== undefined);
  print();
  print(paint("bold", "What is true now"));
  for (const line of reportLines({ course, evidence, claims, files }, paint)) print(line);
  print();
  if (wrong.length === 0) {
    print(paint(["bold", "green"], `✓ It ended as it should: ${course.ending}, because ${course.because}.`));
    print(paint("dim", `  ${claims.length} claims were checked, all of them hold.`));
  }
  for (const { claim, wrong: found } of wrong)
    print(paint(["bold", "red"], `✗ Expected that ${claim}, found: ${found}`));

  if (keep) {
    print(readyText(sandbox, stage.seed));
    if (!signal.aborted) await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
  }
  return wrong.length === 0 ? 0 : 1;
}

type Watch = Pick<DemoOptions, "root" | "course" | "terminal" | "signal"> & {
  stage: Stage;
  visitors: Visitors;
  directory: string;
  cleanup: AsyncDisposableStack;
};

/** Has the action upgrade the noticeboard, and gathers what is known once nothing more happens. */
async function watch({
  stage,
  visitors,
  course,
  terminal,
  root,
  directory,
  signal,
  cleanup,
}: Watch): Promise<Evidence> {
  const { sandbox, target, operator, image, newDigest, addresses } = stage;
  const { print, paint } = terminal;
  await sleep(CALM_MS, undefined, { signal });
  const before = stateOf(sandbox);
  const nodesBefore = runningNodes(before, { target, answers: visitors.answers });

  let started: Started | undefined;
  const registry = `${image.slice(0, image.indexOf("/"))}/`;
  const show = createActionLog(terminal, { hide: [registry] });
  const job = await prepareJob({
    action: root,
    directory,
    inputs: { "api-url": sandbox.api.github, target: target.name, image, audience: AUDIENCE },
    idTokenUrl: `${sandbox.oidc.requestUrl}&repository=${REPOSITORY.name}&environment=production`,
    repository: REPOSITORY,
    onLine(line) {
      const [, id] = /^Operation (op-\S+):/.exec(line) ?? [];
      if (id) started ??= { id, at: Date.now() };
      appendFileSync(join(directory, "action.log"), `${line}\n`);
      show.line(line);
    },
  });
  cleanup.defer(() => job.kill());
  signal.addEventListener("abort", () => void job.kill(), { once: true });

  print();
  print(paint("bold", `A job on GitHub upgrades it to ${image.replace(registry, "")}`));
  const meddling = startMeddling({ stage, course, job, terminal, started: () => started });
  const shown = showVisitors(visitors, terminal);
  cleanup.defer(() => shown.stop());
  const main = await job.main();
  signal.throwIfAborted();
  const post = await job.post();
  const { "operation-id": id } = await job.outputs();
  signal.throwIfAborted();
  if (!id) throw new Error("the action started no operation; its own lines say why");
  const operation = await operator.untilSettled(id, signal);
  await meddling.stop();
  const settledAt = Date.now();
  await sleep(CALM_MS, undefined, { signal });
  shown.stop();
  await visitors.stop();

  const events = await operator.events(id);
  const { answers, acknowledged, wrongReads } = visitors;
  const stored = await storedNotices(sandbox.values.database["noticeboard-db"]!.url);
  const after = stateOf(sandbox);
  const isOpen = operation.site === "open";
  return {
    operation,
    events,
    ...(operation.status !== "held" && { receipt: await operator.receipt(id) }),
    exitCodes: { main, post },
    answers,
    lastAnswers: answers.filter(({ sentAt }) => sentAt > settledAt),
    acknowledged,
    wrongReads,
    ...(isOpen && { shown: await readNotices({ url: target.url, address: addresses[0]! }) }),
    stored,
    nodes: { before: nodesBefore, after: runningNodes(after, { target, answers }) },
    standingLeader: standingLeader(after, operation),
    newDigest,
    verdict: judgement({ sandbox, target, operation, events, before, newDigest, acknowledged, stored }),
    calls: callsByService(sandbox),
  };
}

/** The operation, and when the action's log begins to count. */
type Started = { id: string; at: number };
type Meddle = Pick<Watch, "stage" | "course" | "terminal"> & { job: Job; started: () => Started | undefined };

/** Does what this course does in the middle, once. */
function startMeddling({ stage, course, job, terminal, started }: Meddle): { stop(): Promise<void> } {
  const { meddling } = course;
  if (!meddling) return { stop: async () => {} };
  const { sandbox, operator } = stage;
  const hand: Hand = {
    kill: (what) => sandbox.services.kill(what),
    cancelJob: () => job.cancel(),
    decide: (decision, comment) => operator.decide(started()!.id, decision, comment),
  };
  let acting: Promise<void> | undefined;
  const unsubscribe = sandbox.services.world.log.subscribe((event) => {
    if (acting || !meddling.when(event)) return;
    const began = started()?.at ?? Date.now();
    terminal.print(
      terminal.paint(["bold", "magenta"], `${stopwatch(Date.now() - began).padStart(7)}  ⚡ ${meddling.says}`),
    );
    acting = meddling.act(hand);
    acting.catch(() => {}); // looked at when the meddling is over
  });
  return {
    async stop() {
      unsubscribe();
      if (!acting) throw new Error(`expected a moment when ${meddling.says}, found none`);
      await acting;
    },
  };
}

async function keepFiles(directory: string, { receipt }: Evidence, { sandbox }: Stage): Promise<Files> {
  const file = (name: string) => join(directory, name);
  await writeFile(
    file("events.ndjson"),
    sandbox.services.world.log
      .after()
      .map((event) => `${JSON.stringify(event)}\n`)
      .join(""),
  );
  if (receipt) await writeFile(file("receipt.json"), `${JSON.stringify(receipt, null, 2)}\n`);
  return {
    summary: file("summary.md"),
    ...(receipt && { receipt: file("receipt.json") }),
    events: file("events.ndjson"),
    log: file("action.log"),
  };
}
