import { z } from "zod";
import { discardsFrom } from "./discards-from.ts";
import { type Decision, decisionSchema, discardSchema, isActive, type OnFailure } from "./operation.ts";
import type { OperationState } from "./state.ts";

/** A decision that makes sense now, and what would come of it. */
export const waySchema = z
  .object({
    decision: decisionSchema,
    does: z.string().describe("What it would do"),
    discards: discardSchema.optional().describe("What the decision must say: which writes it knows to be thrown away"),
  })
  .meta({ id: "Way" });
export type Way = z.infer<typeof waySchema>;

export type WaysOptions = {
  /** The target's, which holds where the request says nothing else. */
  onFailure?: OnFailure;
};

/** What may be decided about an operation as it is now; nothing where nothing would act on it. */
export function waysOn(state: OperationState, options: WaysOptions = {}): Way[] {
  if (!isActive(state.status)) return [];
  if (state.goingBack)
    return state.status === "held" ? [way("rollback", "goes on going back, from where it stopped")] : [];
  if (state.status === "held") return whenHeld(state);
  if (state.status === "waiting") return whenWaiting(state, options);
  return state.window.openingAt ? [] : stopping(state, options);
}

/** From when on the writes would be lost that going back throws away; undefined where it throws none away. */
export const discardedFrom = (state: OperationState): string | undefined =>
  state.goingBack || !state.pointOfNoReturnAt ? undefined : discardsFrom(state);

function whenHeld(state: OperationState): Way[] {
  if (!state.pointOfNoReturnAt)
    return [way("rollback", `tries again: ${PUTS_BACK}`), way("cancel", `tries again: ${PUTS_BACK}`)];
  if (state.window.openingAt) return [way("proceed", "opens the site again"), ...goingBack(state)];
  const proceed = isVerified(state)
    ? "starts the other nodes and opens the site"
    : "looks at the leader again: where it is verified now, starts the other nodes and opens the site, and otherwise holds again";
  return [way("proceed", proceed), ...goingBack(state)];
}

function whenWaiting(state: OperationState, options: WaysOptions): Way[] {
  const question = state.waitingFor?.for ?? "start";
  if (question === "start") return stopping(state, options);
  return [way("proceed", proceeding(state, question)), ...stopping(state, options)];
}

function proceeding(
  { request }: OperationState,
  question: "before-window" | "before-scale-out" | "maintenance" | "before-open",
): string {
  switch (question) {
    case "before-window":
      return "looks at everything once more and closes the site";
    case "before-scale-out":
      return "starts the other nodes and opens the site";
    case "maintenance":
      return request.procedure === "maintenance" && request.traffic === "open"
        ? "verifies the one node and starts all nodes anew"
        : "verifies the one node, starts all nodes anew and opens the site";
    case "before-open":
      return "opens the site";
  }
}

/** What ends a run that goes on or waits. */
function stopping(state: OperationState, { onFailure }: WaysOptions): Way[] {
  if (!state.pointOfNoReturnAt) return [way("rollback", PUTS_BACK), way("cancel", PUTS_BACK)];
  const back = goingBack(state);
  const [restores] = back;
  const { request } = state;
  const asked = "onFailure" in request ? request.onFailure : undefined;
  // By itself nothing throws away verified data, nor what visitors wrote.
  const goesBack = (asked ?? onFailure) === "rollback" && !isVerified(state) && restores && !restores.discards;
  const holds = `holds the operation ${state.site === "open" ? "as it is" : "with the page up"}, so that it can be decided`;
  return [...back, way("cancel", `does what a failure does: ${goesBack ? restores.does : holds}`)];
}

/** Past the point of no return there is a way back only where there is a snapshot. */
function goingBack(state: OperationState): Way[] {
  if (!state.snapshot) return [];
  const from = discardedFrom(state);
  const does = `restores the snapshot ${state.snapshot}, starts on it what ran before and opens the site`;
  return [
    from === undefined
      ? way("rollback", does)
      : { ...way("rollback", `${does}; what was written since ${from} is lost`), discards: { from } },
  ];
}

/** Said of a held operation that no decision leads on from. */
export const NOTHING_TO_DECIDE =
  "No decision leads on from here: what is to go back needs other data, and there is no snapshot of this operation";

/** What is sent to decide so. */
export const decisionBody = ({ decision, discards }: Way): string =>
  JSON.stringify({ decision, ...(discards && { discards }) });

const PUTS_BACK = "puts everything back as it was found; the data is untouched";

/** The application may not tell its version, so the phase says it too. */
const isVerified = ({ verifiedVersion, phases }: OperationState): boolean =>
  verifiedVersion !== undefined || phases.some(({ phase, outcome }) => phase === "verify" && outcome === "done");

const way = (decision: Decision, does: string): Way => ({ decision, does });
