import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Phase, phaseNames } from "../../src/operations/operation.ts";
import { cloudStateOf, isRunning } from "../../src/sandbox/checker/cloud-state.ts";
import type { SandboxEvent } from "../../src/sandbox/cloud/event-log.ts";
import { API_FUNCTION, RUNBOOK_FUNCTION } from "../../src/sandbox/own-plan.ts";
import { type NoticeboardSandbox, startNoticeboards } from "./noticeboard-sandbox.ts";
import { plan, type Upgrade, upgrade } from "./noticeboard-upgrade.ts";
import { descendants } from "./sandbox-process.ts";

let sandbox: NoticeboardSandbox;

beforeAll(async () => {
  sandbox = await startNoticeboards(["phases", "moments"]);
});
afterAll(() => sandbox?.close());

const killApi = () => sandbox.services.kill({ function: API_FUNCTION });
const killRunbook = () => sandbox.services.kill({ function: RUNBOOK_FUNCTION });
type Call = Extract<SandboxEvent, { kind: "call" }>;

/** What has to be true after every disturbed upgrade, besides the invariants. */
async function expectRightEnd(target: string, { state, verdict, acknowledged }: Upgrade): Promise<void> {
  expect(state).toMatchObject({ status: "succeeded", site: "open", verifiedVersion: "2.0.0", leftovers: [] });
  expect(verdict.violations).toEqual([]);
  const log = sandbox.services.world.log.after().filter(({ at }) => at >= state.requestedAt);
  const leaders = log.filter(
    (event) => event.kind === "container" && event.change === "started" && event.group === `family:${target}`,
  );
  expect(leaders).toHaveLength(1);
  const snapshots = log.flatMap((event) =>
    event.kind === "snapshot" && event.of === `${target}-db` ? [event.identifier] : [],
  );
  expect(new Set(snapshots)).toEqual(new Set([`intermission-${state.id}`]));

  const rows = await sandbox.rows(target);
  const old = Array.from({ length: 40 }, (_, index) => ({ text: `old ${index + 1}`, price: index + 1 }));
  expect(acknowledged.length).toBeGreaterThan(20);
  expect(new Set(rows.map(({ text }) => text)).size).toBe(rows.length);
  for (const { text, price } of [...old, ...acknowledged])
    expect(rows.find((row) => row.text === text)).toMatchObject({ text, price_cents: price * 100 });
  expect(await sandbox.store.lockHolder(target)).toBeUndefined();
}

/** Ends the process of one of the target's nodes. */
async function killNode(target: string): Promise<string> {
  const { tasks } = cloudStateOf(sandbox.services.state()).ecs;
  const node = tasks.find((task) => task.group === `service:${target}` && isRunning(task))!.taskArn;
  await sandbox.services.kill({ task: node });
  return node;
}

test("an upgrade that finds a node missing is refused and touches nothing, and would be accepted once it is replaced", async () => {
  const { world } = sandbox.services;
  const { provisioningMs } = world.latencies.ecs;
  world.latencies.ecs.provisioningMs = 25_000;
  const node = await killNode("phases");
  const running = () => cloudStateOf(sandbox.services.state()).ecs.tasks.filter(isRunning);
  await expect.poll(() => running().map(({ taskArn }) => taskArn)).not.toContain(node);
  const { state } = await upgrade(sandbox, "phases");
  world.latencies.ecs.provisioningMs = provisioningMs;
  expect(state).toMatchObject({ status: "refused", site: "open", mutations: [], leftovers: [] });
  const failed = state.checks.filter(({ outcome }) => outcome === "failed");
  expect(failed.map(({ name }) => name)).toEqual(["services-are-steady"]);
  await expect.poll(() => plan(sandbox, "phases"), { timeout: 60_000, interval: 500 }).toMatchObject({ ok: true });
});

test("a worker that is killed in every phase of an upgrade leaves nothing undone and does nothing twice", async () => {
  const others: readonly Phase[] = ["restore", "start", "work", "put-back"];
  const phases = phaseNames.filter((phase) => !others.includes(phase));
  const killed: string[] = [];
  const ended = await upgrade(sandbox, "phases", {
    onEvent(event) {
      if (event.type !== "phase-started") return;
      void killRunbook().then(() => killed.push(event.phase));
      void killApi();
    },
  });
  expect(killed).toEqual(phases);
  expect(ended.lostPolls).toBeGreaterThan(3);
  await expectRightEnd("phases", ended);
});

/** The worker processes of a function, which nobody but the operating system can freeze. */
const workersOf = (functionName: string): number[] =>
  descendants(process).filter((pid) => {
    const command = readFileSync(`/proc/${pid}/cmdline`, "utf8");
    return command.includes("function-worker") && command.includes(`"functionName":"${functionName}"`);
  });

/** A worker that is frozen between two invocations is not missed before the function's own time-out, 120 s. */
const TWO_TIME_OUTS_MS = 480_000;

test("a worker that is killed between an effect on AWS and its answer finds the effect again, and one that was frozen there wakes without doing harm", {
  timeout: TWO_TIME_OUTS_MS,
}, async () => {
  const done: string[] = [];
  const zombies: number[] = [];
  const kill = (moment: string) => void killRunbook().then(() => done.push(moment));
  const freeze = (moment: string) => {
    const frozen = workersOf(RUNBOOK_FUNCTION).filter((pid) => !zombies.includes(pid));
    for (const pid of frozen) process.kill(pid, "SIGSTOP");
    zombies.push(...frozen);
    sandbox.services.lambda.lose(RUNBOOK_FUNCTION);
    done.push(moment);
  };
  const counts = (desiredCount: number) => (call: Call) =>
    (call.parameters as { desiredCount?: number }).desiredCount === desiredCount;
  const calls = (operation: string) => (call: Call) => call.operation === operation;
  const moments: [moment: string, is: (call: Call) => boolean, act: (moment: string) => void][] = [
    ["a revision is registered", calls("RegisterTaskDefinition"), kill],
    ["the bypass rule is created", calls("CreateRule"), kill],
    ["the closing rule is created", calls("CreateRule"), kill],
    ["the nodes are about to be stopped", (call) => /"journal#\S*stop\/moments"/.test(JSON.stringify(call)), freeze],
    ["the nodes are told to stop", counts(0), freeze],
    ["the snapshot is requested", calls("CreateDBSnapshot"), kill],
    ["the leader is run", calls("RunTask"), kill],
    ["the leader is registered", calls("RegisterTargets"), kill],
    ["the new nodes are started", counts(3), kill],
    ["the leader is stopped", calls("StopTask"), kill],
    ["the page is taken down", calls("DeleteRule"), kill],
    ["the settings are put back", calls("UpdateService"), kill],
  ];
  const left = [...moments];
  const ended = await upgrade(sandbox, "moments", {
    onCall(call) {
      const [[moment, is, act] = []] = left;
      if (!moment || !is?.(call) || !call.caller.includes(RUNBOOK_FUNCTION)) return;
      left.shift();
      act?.(moment);
    },
    onEvent(event) {
      if (event.type === "closing-started") void killNode("moments");
      // The new nodes serve: whoever would still stop nodes does harm.
      if (event.type === "phase-started" && event.phase === "open")
        for (const pid of zombies) process.kill(pid, "SIGCONT");
    },
  });
  expect(done).toEqual(moments.map(([moment]) => moment));
  expect(zombies).toHaveLength(2);
  await expectRightEnd("moments", ended);
});
