import type { OperationEvent } from "../operations/event.ts";
import { type Discard, type Identity, isActive } from "../operations/operation.ts";
import type { OperationState } from "../operations/state.ts";
import { FUNCTION_TIMEOUT_MS } from "../operations/take-over.ts";
import { type TargetsSay, wayBack } from "../operations/ways-on.ts";
import { confirmed } from "./decide.ts";
import { ProblemError } from "./problem.ts";
import { refuseUnlessApprover } from "./refuse-unless-approver.ts";

export type RestoreToPlace = {
  by: Identity;
  comment?: string;
  given?: Discard;
  epoch: number;
  target: TargetsSay;
  nowMs: number;
};
export type PlacedRestore = {
  /** The epoch of the run that is taken over. */
  from: number;
  why: string;
  /** The decision that goes with it; none where there is nothing to go back to, or where that would throw writes away unasked. */
  rollback?: { key: string; discards?: Discard };
};

/**
 * A take-over by hand, and the decision that goes with it. Repeated while the run that took over waits, it is the same one: to begin to wait
 * anew would help nobody. Throws a ProblemError where the operation is over, or where it confirms another loss than there would be.
 */
export function placeRestore(
  state: OperationState,
  events: readonly OperationEvent[],
  { by, comment, given, epoch, target, nowMs }: RestoreToPlace,
): PlacedRestore {
  if (!isActive(state.status)) throw new ProblemError("operation-over", `The operation ended as ${state.status}.`);
  const last = events.findLast((event) => event.type === "taken-over" && event.epoch === epoch);
  const waits = last !== undefined && state.status === "running" && nowMs - Date.parse(last.at) < FUNCTION_TIMEOUT_MS;
  const from = waits ? epoch - 1 : epoch;
  const why = `${by.name} broke the glass${comment ? ` (${comment})` : ""}`;

  const back = wayBack(state, target);
  if (!back || (back.discards && !given)) return { from, why };
  refuseUnlessApprover(state, back, { by, target });
  const discards = confirmed(state, back, given);
  return { from, why, rollback: { key: `decided/restore/${from}`, ...(discards && { discards }) } };
}
