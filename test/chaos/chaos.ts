import { setTimeout as sleep } from "node:timers/promises";
import { compareNotices } from "../../src/demo/notices.ts";
import { startVisitors } from "../../src/demo/visitors.ts";
import type { OperationState } from "../../src/operations/state.ts";
import { cloudStateOf, isRunning } from "../../src/sandbox/checker/cloud-state.ts";
import { createIds } from "../../src/sandbox/cloud/world.ts";
import { digests, type Finished, violationsOf } from "../real/noticeboard-procedures.ts";
import { NEW_IMAGE, type NoticeboardSandbox, startNoticeboards } from "../real/noticeboard-sandbox.ts";
import { createKiller } from "./killer.ts";
import { createPatientOperator } from "./operator.ts";

export type ChaosOptions = {
  /** No further operation begins after so long. */
  forMs: number;
  /** What is done, and who is killed when, is drawn from it. What they are at then is not. */
  seed: number;
  report: (line: string) => void;
};
export type ChaosResult = {
  operations: { procedure: string; id: string; status: string; violations: string[] }[];
  kills: number;
  acknowledged: number;
  /** Acknowledged and not there, but for what an operation threw away by a decision that named the interval. */
  lost: number;
  changed: number;
  discarded: number;
  violations: string[];
};

const TARGET = "chaos";
const NODES = 3;
const CALM_MS = 3_000;
const OPERATION_MS = 480_000;

/** Operations one after another on real nodes, a real PostgreSQL and a real load balancer, while workers and nodes are killed at random and visitors write. */
export async function chaos({ forMs, seed, report }: ChaosOptions): Promise<ChaosResult> {
  let began = Date.now();
  const tell = (line: string) => report(`${((Date.now() - began) / 1000).toFixed(1).padStart(7)} s  ${line}`);
  await using cleanup = new AsyncDisposableStack();
  const sandbox = await startNoticeboards([TARGET], { target: { restore: { fence: "sg-fence" } } });
  cleanup.defer(() => sandbox.close());
  const { fraction: draw } = createIds(seed);
  const killer = createKiller(sandbox, { draw: createIds(seed + 1).fraction, report: tell });
  const url = sandbox.targets[TARGET]!.url;
  const visitors = startVisitors({ url, addresses: ["127.0.0.1", "127.0.0.2"], pageText: "", count: 4 });
  cleanup.defer(() => visitors.stop());

  const operations: ChaosResult["operations"] = [];
  began = Date.now();
  let upgraded: OperationState | undefined;
  const discarded: { from: number; to: number }[] = [];
  const isKept = ({ sentAt }: { sentAt: number }) => !discarded.some(({ from, to }) => from <= sentAt && sentAt <= to);

  while (Date.now() - began < forMs) {
    await sleep(CALM_MS);
    const what = choose(upgraded, draw());
    const operation = await operate(what);
    operations.push(operation);
    tell(`${operation.status}, ${operation.violations.length} violations`);
  }
  await sleep(CALM_MS);
  await visitors.stop();
  const kept = visitors.acknowledged.filter(isKept);
  const { lost, changed } = compareNotices(kept, await stored());
  return {
    operations,
    kills: killer.kills(),
    acknowledged: visitors.acknowledged.length,
    lost: lost.length,
    changed: changed.length,
    discarded: visitors.acknowledged.length - kept.length,
    violations: operations.flatMap(({ id, violations }) => violations.map((each) => `${id}: ${each}`)),
  };

  async function operate(what: Chosen): Promise<ChaosResult["operations"][number]> {
    const { procedure } = what;
    const operator = createPatientOperator(sandbox, TARGET, AbortSignal.timeout(OPERATION_MS));
    await untilComplete();
    const before = cloudStateOf(sandbox.services.state());
    const over = new AbortController();
    tell(`${procedure} begins`);
    const rage = killer.rage(over.signal);
    const id = await operator.start(requestOf(what));
    const state = await operator.untilSettled(id, () => operator.decide(id, "proceed"));
    over.abort();
    await rage;
    await untilComplete();
    const finished: Finished = { state, events: await sandbox.store.events(id), before };
    // Of the writes that it knows are thrown away it is judged itself, and those after it need not find them.
    const earlier = visitors.acknowledged.filter(isKept);
    if (procedure === "upgrade" && state.status === "succeeded") upgraded = state;
    if (procedure === "rollback" && state.status === "succeeded") upgraded = undefined;
    for (const { from, to } of state.discarded) discarded.push({ from: Date.parse(from), to: Date.parse(to) });
    const violations = await violationsOf(sandbox, {
      target: TARGET,
      finished,
      about: aboutOf(sandbox, what),
      acknowledged: earlier.map(({ text, price, sentAt }) => ({
        text,
        price: price ?? 0,
        at: new Date(sentAt).toISOString(),
      })),
      rows: await sandbox.rows(TARGET),
      neighbours: [],
    });
    const told = violations.map(({ invariant, message }) => `invariant ${invariant}: ${message}`);
    for (const each of told) tell(`✗ ${each}`);
    return { procedure, id, status: state.status, violations: told };
  }

  async function stored() {
    return (await sandbox.rows(TARGET)).map(({ text, price, price_cents }) => ({
      text,
      price: price_cents === undefined ? Number(price) : price_cents / 100,
    }));
  }

  /** A node that was killed is replaced by its service, and until then no operation would begin. */
  async function untilComplete(): Promise<void> {
    const isComplete = () => {
      const { tasks, services } = cloudStateOf(sandbox.services.state()).ecs;
      const running = tasks.filter((task) => task.group === `service:${TARGET}` && isRunning(task));
      return running.length === NODES && services.every(({ deployments }) => deployments.length === 1);
    };
    for (let tries = 0; tries < 120 && !isComplete(); tries += 1) await sleep(500);
  }
}

type Chosen =
  | { procedure: "upgrade" | "maintenance"; upgraded: OperationState | undefined }
  | { procedure: "rollback"; upgraded: OperationState };

function choose(upgraded: OperationState | undefined, drawn: number): Chosen {
  if (drawn < 0.25) return { procedure: "maintenance", upgraded };
  return upgraded ? { procedure: "rollback", upgraded } : { procedure: "upgrade", upgraded };
}

function requestOf({ procedure, upgraded }: Chosen): Record<string, unknown> {
  switch (procedure) {
    case "upgrade":
      return { procedure, image: NEW_IMAGE, onFailure: "rollback" };
    case "maintenance":
      return { procedure, within: "30m" };
    case "rollback":
      return { procedure, of: upgraded.id, restore: "rename", discards: { from: upgraded.window.openingAt } };
  }
}

function aboutOf(sandbox: NoticeboardSandbox, { procedure, upgraded }: Chosen) {
  const { old, new: renewed } = digests(sandbox);
  switch (procedure) {
    case "upgrade":
      return { procedure, newDigest: renewed };
    case "maintenance":
      return { procedure, newDigest: upgraded ? renewed : old };
    case "rollback":
      return {
        procedure,
        newDigest: old,
        oldDigests: [renewed],
        snapshot: "none" as const,
        restores: upgraded.snapshot,
        discards: upgraded.window.openingAt,
      };
  }
}
