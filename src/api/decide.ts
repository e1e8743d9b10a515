import type { OperationEvent } from "../operations/event.ts";
import {
  type DataAcknowledged,
  type Decision,
  type Discard,
  type Identity,
  isActive,
} from "../operations/operation.ts";
import type { OperationState } from "../operations/state.ts";
import { epochAt } from "../operations/take-over.ts";
import type { TargetsSay, Way } from "../operations/ways-on.ts";
import { ProblemError } from "./problem.ts";
import { refuseUnlessApprover } from "./refuse-unless-approver.ts";

export type DecisionToPlace = { decision: Decision; by: Identity; discards?: Discard; data?: DataAcknowledged };
/** What can be decided, and what the target as the operation has it says of who may. */
type Possible = { ways: readonly Way[]; target?: TargetsSay };
export type PlacedDecision = {
  /** Its place in the log: a question is decided once, and a run that asks nothing hears each decision once from each person. */
  key: string;
  /** What it knows to be thrown away, as the way has it. */
  discards?: Discard;
  /** What it takes upon whoever decides, as the way has it. */
  data?: DataAcknowledged;
  /** Set where the run that asked has ended: its epoch, from which another takes over. */
  heldBy?: number;
};

/**
 * Where a decision goes in the log. Throws a ProblemError where nothing would act on it, where it is somebody else's to make, or where it does
 * not say what it throws away.
 */
export function placeDecision(
  state: OperationState,
  events: readonly OperationEvent[],
  { ways, target, ...wanted }: DecisionToPlace & Possible,
): PlacedDecision {
  const question = events.findLast(({ type }) => type === "waiting" || type === "held");
  const isHeld = question?.type === "held" && isActive(state.status);
  const heldBy = isHeld ? epochAt(events, question.seq) : undefined;
  const answer = `decided/${question?.seq ?? 0}`;
  const meanwhile = `${answer}/meanwhile/${wanted.decision}/${wanted.by.id}`;
  if (isSame(decisionAt(events, answer), wanted)) return { key: answer, heldBy };
  if (decisionAt(events, meanwhile)) return { key: meanwhile };

  if (!isActive(state.status)) throw new ProblemError("operation-over", `The operation ended as ${state.status}.`);
  const way = ways.find(({ decision }) => decision === wanted.decision);
  if (!way) throw nothingToDecide(state, ways, wanted.decision);
  refuseUnlessApprover(state, way, { by: wanted.by, target });
  const discards = confirmed(state, way, wanted.discards);
  const { data } = way;
  if (data && wanted.data !== data)
    throw new ProblemError(
      "confirm-data",
      "Nothing is restored: what ran before would start on the data as it is. The request does not say that it may.",
      { extensions: { operation: state.id, data } },
    );
  const said = { discards, ...(data && { data }) };
  if (state.status !== "waiting" && state.status !== "held") return { key: meanwhile, ...said };
  return { key: answer, ...said, ...(state.status === "held" && { heldBy }) };
}

/** Ends the request where somebody else decided the same question a moment before. */
export function refuseWhenDecided(
  events: readonly OperationEvent[],
  { key, ways, ...wanted }: DecisionToPlace & { key: string; ways: readonly Way[] },
): void {
  const decided = decisionAt(events, key);
  if (!decided || isSame(decided, wanted)) return;
  throw new ProblemError("nothing-to-decide", `${decided.by.name} decided "${decided.decision}" a moment before.`, {
    extensions: { ways: [...ways] },
  });
}

/** What the caller confirms, where anything is thrown away. */
export function confirmed(
  { id }: Pick<OperationState, "id">,
  { discards }: Pick<Way, "discards">,
  given: Discard | undefined,
): Discard | undefined {
  if (!discards || (given && Date.parse(given.from) === Date.parse(discards.from))) return discards;
  throw new ProblemError(
    "confirm-discard",
    `Going back restores the data as it was: everything written since ${discards.from} would be lost. ${given ? `The request confirms what was written since ${given.from}.` : "The request does not confirm it."}`,
    { extensions: { operation: id, discards } },
  );
}

type Decided = Extract<OperationEvent, { type: "decided" }>;
const decisionAt = (events: readonly OperationEvent[], key: string): Decided | undefined =>
  events.find((event): event is Decided => event.type === "decided" && event.key === key);
const isSame = (decided: Decided | undefined, { decision, by }: DecisionToPlace): boolean =>
  decided?.decision === decision && decided.by.id === by.id;

function nothingToDecide(
  { status, waitingFor, decision: last }: OperationState,
  ways: readonly Way[],
  decision: Decision,
) {
  const until = waitingFor?.until ? ` until ${waitingFor.until}` : "";
  const possible = ways.length
    ? `What can be decided now: ${ways.map((way) => `"${way.decision}" (${way.does})`).join("; ")}.`
    : "There is nothing that could be decided now.";
  const before = last ? ` ${last.by.name} decided "${last.decision}" at ${last.at}.` : "";
  return new ProblemError(
    "nothing-to-decide",
    `The operation is ${status}${until}, and nothing would act on "${decision}".${before} ${possible}`,
    { extensions: { ways: [...ways] } },
  );
}
