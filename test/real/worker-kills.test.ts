import { afterAll, beforeAll, expect, test } from "vitest";
import { phaseNames } from "../../src/operations/operation.ts";
import type { SandboxEvent } from "../../src/sandbox/cloud/event-log.ts";
import { RUNBOOK_FUNCTION } from "../../src/sandbox/functions.ts";
import { type NoticeboardSandbox, startNoticeboards } from "./noticeboard-sandbox.ts";
import { type Upgrade, upgrade } from "./noticeboard-upgrade.ts";

let sandbox: NoticeboardSandbox;

beforeAll(async () => {
  sandbox = await startNoticeboards(["phases", "moments"]);
});
afterAll(() => sandbox?.close());

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

test("a worker that is killed in every phase of an upgrade leaves nothing undone and does nothing twice", async () => {
  const phases = phaseNames.filter((phase) => phase !== "put-back");
  const killed: string[] = [];
  const ended = await upgrade(sandbox, "phases", {
    onEvent(event) {
      if (event.type === "phase-started") void killRunbook().then(() => killed.push(event.phase));
    },
  });
  expect(killed).toEqual(phases);
  await expectRightEnd("phases", ended);
});

test("a worker that is killed between an effect on AWS and its answer finds the effect again", async () => {
  const moments: Record<string, (call: Call) => boolean> = {
    "a revision is registered": ({ operation }) => operation === "RegisterTaskDefinition",
    "the bypass rule is created": ({ operation }) => operation === "CreateRule",
    "the closing rule is created": ({ operation }) => operation === "CreateRule",
    "the nodes are told to stop": ({ parameters }) => (parameters as { desiredCount?: number }).desiredCount === 0,
    "the snapshot is requested": ({ operation }) => operation === "CreateDBSnapshot",
    "the leader is run": ({ operation }) => operation === "RunTask",
    "the leader is registered": ({ operation }) => operation === "RegisterTargets",
    "the nodes are started": ({ parameters }) => (parameters as { desiredCount?: number }).desiredCount === 3,
    "the leader is stopped": ({ operation }) => operation === "StopTask",
    "the page is taken down": ({ operation }) => operation === "DeleteRule",
    "the settings are put back": ({ operation }) => operation === "UpdateService",
  };
  const killed: string[] = [];
  const left = Object.entries(moments);
  const ended = await upgrade(sandbox, "moments", {
    onCall(call) {
      const [next] = left;
      if (!next?.[1](call) || !call.caller.includes(RUNBOOK_FUNCTION)) return;
      left.shift();
      void killRunbook().then(() => killed.push(next[0]));
    },
  });
  expect(killed).toEqual(Object.keys(moments));
  await expectRightEnd("moments", ended);
});
