import type { OperationEvent } from "../operations/event.ts";
import { type Decision, type Identity, isActive } from "../operations/operation.ts";
import type { OperationState } from "../operations/state.ts";
import { ProblemError } from "./problem.ts";

/**
 * Where a decision goes in the log: `key` is the same for the same person deciding the same on the same question, so that a repeated
 * request decides once. Throws a ProblemError where the decision makes no sense.
 */
export function placeDecision(
  state: OperationState,
  events: readonly OperationEvent[],
  { decision, by }: { decision: Decision; by: Identity },
): { key: string; repeated: boolean } {
  const question = events.findLast((event) => event.type === "waiting")?.seq ?? 0;
  const key = `decided/${question}/${decision}/${by.id}`;
  if (events.some((event) => event.key === key)) return { key, repeated: true };
  if (!isActive(state.status)) {
    throw new ProblemError("operation-over", `The operation ended as ${state.status}.`);
  }
  if (state.status === "held") {
    throw new ProblemError(
      "nothing-to-decide",
      "The operation is held and its run has ended, so nothing would act on a decision. Its problem says what is true and what to do.",
    );
  }
  const asks = state.status === "waiting" && state.waitingFor?.for !== "start";
  if (!asks && decision !== "cancel") {
    throw new ProblemError(
      "nothing-to-decide",
      `The operation is ${state.status}${state.waitingFor?.until ? ` until ${state.waitingFor.until}` : ""} and asks nothing, so "${decision}" means nothing now; "cancel" would.`,
    );
  }
  return { key, repeated: false };
}
