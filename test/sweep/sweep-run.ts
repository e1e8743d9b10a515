import { setTimeout as sleep } from "node:timers/promises";
import { createOperator } from "../../src/demo/operator.ts";
import { type Decision, isSettled } from "../../src/operations/operation.ts";
import type { OperationState } from "../../src/operations/state.ts";
import type { Bundles } from "../../src/sandbox/bundles.ts";
import { cloudStateOf } from "../../src/sandbox/checker/cloud-state.ts";
import { startVisitors } from "../real/noticeboard-upgrade.ts";
import { createDisturber, type Hit } from "./disturber.ts";
import { judgeSweep } from "./judge-sweep.ts";
import type { NamedCall } from "./point-namer.ts";
import type { Mode, Points } from "./points.ts";
import { type SweptProcedure, sweeping } from "./procedures.ts";
import { proofOf } from "./proof.ts";
import { type SweepSandbox, startSweepSandbox } from "./sweep-sandbox.ts";
import { TARGET } from "./sweep-seed.ts";

export type SweepRun = {
  bundles: Bundles;
  procedure: SweptProcedure;
  /** The points at which its workers end, in this one operation. */
  points: Points;
  mode: Mode;
};
export type SweepRunResult = {
  hits: Hit[];
  /** Everything that the operation's workers came by, in order, each once. */
  seen: NamedCall[];
  violations: string[];
  hang?: string;
  seconds: number;
};

/** How often somebody looks whether the operation is over. */
const LOOK_EVERY_MS = 500;
const UNDISTURBED_MS = 300_000;
/** How many points there may be where they are not given by name. */
const MANY = 30;
/** A worker that is killed costs a second's back-off, its successor's start, and what it has to do again. */
const PER_POINT_MS = 20_000;

/** One operation, disturbed at the given points, in a sandbox of its own. */
export async function sweepRun({ bundles, procedure, points, mode }: SweepRun): Promise<SweepRunResult> {
  const began = Date.now();
  const disturber = createDisturber({ points, mode, bundle: bundles.runbook });
  const how = sweeping[procedure];
  const deadlineMs = UNDISTURBED_MS + (typeof points === "function" ? MANY : points.length) * PER_POINT_MS;
  await using cleanup = new AsyncDisposableStack();
  const sandbox = await startSweepSandbox({ bundles, neverStarted: how.neverStarted, gate: disturber.gate });
  cleanup.defer(() => sandbox.close());
  cleanup.defer(async () => disturber.end());

  const visitors = startVisitors(sandbox.targets[TARGET]!.url);
  cleanup.defer(async () => void (await visitors.stop()));
  const patience = AbortSignal.timeout(deadlineMs);
  const first = how.first && (await operate(sandbox, { request: how.first, signal: patience }));
  if (first) await sleep(500);
  const before = cloudStateOf(sandbox.services.state());
  const since = sandbox.services.world.log.after().length;
  disturber.begin(sandbox);
  const result = (state?: OperationState) => ({
    hits: disturber.hits,
    seen: disturber.seen(),
    seconds: (Date.now() - began) / 1000,
    ...(state === undefined && { hang: `nothing came of it in ${deadlineMs / 1000} s` }),
  });
  let state: OperationState;
  try {
    state = await operate(sandbox, { request: how.request(first), answer: how.answer, signal: patience });
  } catch (error) {
    if (!patience.aborted) throw error;
    return { ...result(), violations: [] };
  }
  await untilExecutionsEnd(sandbox, patience);
  await disturber.wakeAll();
  // The last rules that were deleted may still be in force at an address.
  await sleep(sandbox.services.world.latencies.elb.rulePropagationMaximumMs + 200);
  const acknowledged = await visitors.stop();
  const events = await sandbox.store.events(state.id);
  const firstEvents = first ? await sandbox.store.events(first.id) : [];
  const ended = { before, first, firstEvents, state, events, acknowledged, since, deadlineMs };
  const violations = [
    ...judgeSweep(sandbox, how, ended),
    ...proofOf(sandbox.services.world.log.after(since), disturber.hits),
  ];
  return { ...result(state), violations };
}

/** An operation is over for people a little before its execution is, and workers end there too. */
async function untilExecutionsEnd({ services }: SweepSandbox, signal: AbortSignal): Promise<void> {
  while (services.lambda.state().executions.some(({ status }) => status === "RUNNING"))
    await sleep(LOOK_EVERY_MS, undefined, { signal });
}

type Operated = {
  request: Record<string, unknown>;
  answer?: Decision;
  signal: AbortSignal;
};

async function operate(sandbox: SweepSandbox, { request, answer, signal }: Operated): Promise<OperationState> {
  const { api, services } = sandbox;
  const operator = createOperator({ apiUrl: api.operator, region: services.world.region, key: services.key });
  const { id } = await operator.start(TARGET, request);
  let answered = false;
  for (;;) {
    await sleep(LOOK_EVERY_MS, undefined, { signal });
    const state = await sandbox.store.get(id);
    if (state && isSettled(state.status)) return state;
    if (state?.status !== "waiting" || answered) continue;
    answered = true;
    if (answer) await operator.decide(id, answer, "done");
  }
}
