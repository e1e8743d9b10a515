import type { OperationEvent } from "../../src/operations/event.ts";
import type { OperationState } from "../../src/operations/state.ts";
import { check } from "../../src/sandbox/checker/check.ts";
import { type CloudState, cloudStateOf } from "../../src/sandbox/checker/cloud-state.ts";
import { scenarioOf } from "../../src/sandbox/checker/scenario.ts";
import type { Notice } from "../real/noticeboard-upgrade.ts";
import { countOnce, type Sweeping } from "./procedures.ts";
import type { SweepSandbox } from "./sweep-sandbox.ts";
import { CLUSTER, DATABASE, TARGET } from "./sweep-seed.ts";

export type Ended = {
  before: CloudState;
  first: OperationState | undefined;
  firstEvents: OperationEvent[];
  state: OperationState;
  events: OperationEvent[];
  acknowledged: readonly Notice[];
  /** Where the log stood when the operation was requested. */
  since: number;
  deadlineMs: number;
};

/** Everything that is wrong with how an operation ended, by the sandbox's event log. */
export function judgeSweep(sandbox: SweepSandbox, sweeping: Sweeping, ended: Ended): string[] {
  const { before, first, firstEvents, state, events, acknowledged, since, deadlineMs } = ended;
  const { services } = sandbox;
  const log = services.world.log.after();
  const { violations } = check({
    events: log,
    scenario: scenarioOf({
      snapshot: "required",
      deadlineMs,
      ...sweeping.about(first),
      target: {
        name: TARGET,
        cluster: CLUSTER,
        services: [{ name: "noticeboard", container: "app" }],
        database: { instance: DATABASE },
      },
      state: before,
    }),
    operation: { id: state.id, claims: events },
    otherOperations: first ? [{ id: first.id, claims: firstEvents }] : [],
    before,
    after: cloudStateOf(services.state()),
    writes: {
      acknowledged: acknowledged.map(({ text, price, at }) => ({ key: text, value: String(price * 100), at })),
      found: sandbox
        .rows()
        .map(({ text, price, cents }) => ({ key: text, value: String(cents ?? (price ?? 0) * 100) })),
    },
  });
  const wrong = violations.map(({ invariant, message }) => `invariant ${invariant}: ${message}`);
  if (state.status !== "succeeded" || state.leftovers.length > 0)
    wrong.push(
      `expected it to succeed and leave nothing, found ${state.status}${state.problem ? ` (${state.problem.code}: ${state.problem.message})` : ""}, left: ${state.leftovers.map(({ what }) => what).join("; ") || "nothing"}`,
    );
  const found = countOnce(log.slice(since));
  for (const [what, expected] of Object.entries(sweeping.once))
    if (found[what] !== expected) wrong.push(`expected ${expected} ${what}, found ${found[what]}`);
  return wrong;
}
