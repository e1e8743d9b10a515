import { z } from "zod";
import type { Target } from "../targets/schema.ts";
import { approversInWords, needsApprover } from "./approvers.ts";
import { discardsFrom } from "./discards-from.ts";
import { type Decision, dataSchema, decisionSchema, discardSchema, isActive } from "./operation.ts";
import { asksPeople } from "./questions.ts";
import { staysOpen } from "./request-words.ts";
import type { OperationState } from "./state.ts";

/** A decision that makes sense now, and what would come of it. */
export const waySchema = z
  .object({
    decision: decisionSchema,
    does: z.string().describe("What it would do"),
    discards: discardSchema.optional().describe("What the decision must say: which writes it knows to be thrown away"),
    data: dataSchema
      .optional()
      .describe(
        "What the decision must say: that the version from before may start on the data as it is, which nothing but a person can know",
      ),
    by: z
      .string()
      .optional()
      .describe("Who must decide so, where not everybody may who may decide: the target's approvers"),
  })
  .meta({ id: "Way" });
export type Way = z.infer<typeof waySchema>;

/** What the target says of failures, of restores and of who approves. Without it, it holds and can restore, and everybody approves who may decide. */
export type TargetsSay = Pick<Target, "onFailure" | "storage" | "restore"> & {
  approval?: Partial<Pick<Target["approval"], "approvers">>;
};

/** What may be decided about an operation as it is now; nothing where nothing would act on it. */
export function waysOn(state: OperationState, target?: TargetsSay): Way[] {
  const by = approversInWords(target?.approval?.approvers, state.requestedBy.name);
  return waysFor(state, target).map((way) => (by !== undefined && needsApprover(way, state) ? { ...way, by } : way));
}

function waysFor(state: OperationState, target?: TargetsSay): Way[] {
  if (!isActive(state.status)) return [];
  if (state.status === "held") return whenHeld(state, target);
  if (state.goingBack) return [];
  if (state.status === "waiting") return whenWaiting(state, target);
  const isOver = state.window.openingAt !== undefined || state.phases.some(({ phase }) => phase === "finish");
  return isOver ? [] : stopping(state, target);
}

/**
 * How an operation would go back as it is now, whether or not anybody asks: to the data as found as long as nothing can have changed it, and
 * otherwise to the snapshot. Undefined where there is none, where there is no fence to put the present database behind, and where preflight saw that it
 * cannot be restored: whoever decided so would only be held again, with no other decision left.
 */
export function wayBack(state: OperationState, target?: TargetsSay): Way | undefined {
  if (isRestoring(state)) return goingOnBack(state);
  if (isUntouched(state)) return way("rollback", PUTS_BACK);
  if (!state.snapshot || (target && target.restore.fence === undefined) || !isRestorable(state)) return undefined;
  const from = discardsFrom(state);
  const does = `restores the snapshot ${state.snapshot}, starts on it what ran before and opens the site`;
  if (from === undefined) return way("rollback", does);
  return { ...way("rollback", `${does}; what was written since ${from} is lost`), discards: { from } };
}

/** What visitors wrote past the page is lost where the data is restored once more. */
function goingOnBack({ passedSince: from }: OperationState): Way {
  const does = "goes on going back, from where it stopped";
  if (from === undefined) return way("rollback", does);
  return { ...way("rollback", `${does}; what was written since ${from} may be lost`), discards: { from } };
}

function whenHeld(state: OperationState, target?: TargetsSay): Way[] {
  const back = wayBack(state, target);
  if (isRestoring(state)) return back ? [back] : [];
  if (isUntouched(state))
    return [isDoubted(state) ? asItIs(state) : way("rollback", TRIES_AGAIN), way("cancel", TRIES_AGAIN)];
  // Somebody has said so already, and it was stopped on its way there.
  if (state.goingBack && state.decision?.data) return [asItIs(state)];
  return [way("proceed", goingOn(state)), ...(back ? [back] : hasVersionBefore(state) ? [asItIs(state)] : [])];
}

/** Putting back has found a task of another version that may have run on the data. Until ECS forgets it, it finds it again. */
const isDoubted = ({ problem, goingBack }: OperationState): boolean =>
  problem?.code === "foreign-start" && goingBack !== undefined;

/** Elsewhere there is no version that ran before this one, or it is the same. */
const hasVersionBefore = ({ request }: OperationState): boolean => request.procedure === "upgrade";

const asItIs = ({ window }: OperationState): Way => ({
  ...way(
    "rollback",
    `stops what runs, starts what ran before on the data as it is${window.openingAt ? ", with what visitors wrote meanwhile," : ""} and opens the site: nothing is restored`,
  ),
  data: "as-it-is",
});

function goingOn(state: OperationState): string {
  if (state.window.openingAt) return "opens the site again";
  if (isVerified(state)) return STARTS_AND_OPENS;
  if (state.request.procedure === "maintenance") return proceeding(state, "maintenance");
  return `looks at the leader again: where it is verified now, ${STARTS_AND_OPENS}, and otherwise holds again`;
}

function whenWaiting(state: OperationState, target?: TargetsSay): Way[] {
  const question = state.waitingFor?.for ?? "start";
  if (!asksPeople(question)) return stopping(state, target);
  return [way("proceed", proceeding(state, question)), ...stopping(state, target)];
}

function proceeding(
  { request }: OperationState,
  question: "before-window" | "before-scale-out" | "maintenance" | "before-open",
): string {
  switch (question) {
    case "before-window":
      return "looks at everything once more and closes the site";
    case "before-scale-out":
    case "before-open":
      return STARTS_AND_OPENS;
    case "maintenance":
      return `verifies the one node and starts all nodes anew${staysOpen(request) ? "" : ", then opens the site"}`;
  }
}

/** What ends a run that goes on or waits. */
function stopping(state: OperationState, target?: TargetsSay): Way[] {
  const back = wayBack(state, target);
  if (isUntouched(state)) return [way("rollback", PUTS_BACK), way("cancel", PUTS_BACK)];
  const { request } = state;
  const onFailure = ("onFailure" in request ? request.onFailure : undefined) ?? target?.onFailure;
  // By itself nothing throws away what visitors wrote, nor leaves files behind that only people can put back.
  const goesBack = onFailure === "rollback" && target?.storage !== "mine" && back && !back.discards;
  const holds = `holds the operation ${staysOpen(request) ? "as it is" : "with the page up"}, so that it can be decided`;
  return [...(back ? [back] : []), way("cancel", `does what a failure does: ${goesBack ? back.does : holds}`)];
}

/** Said of a held operation that no decision leads on from. */
export const NOTHING_TO_DECIDE =
  "No decision leads on from here: what is to go back needs other data, and there is no snapshot of this operation";

/** What is sent to decide so. */
export const decisionBody = ({ decision, discards, data }: Way): string =>
  JSON.stringify({ decision, ...(discards && { discards }), ...(data && { data }) });

const PUTS_BACK = "puts everything back as it was found; the data is untouched";
const TRIES_AGAIN = `tries again: ${PUTS_BACK}`;
const STARTS_AND_OPENS = "starts the other nodes and opens the site";

/** Other data is on its way into the place of the present. */
const isRestoring = ({ goingBack }: OperationState): boolean => goingBack?.snapshot !== undefined;

/** Preflight has told of a database that no restore of ours can bring back, such as one that cannot be renamed. */
const isRestorable = ({ checks }: OperationState): boolean =>
  !checks.some(({ name, outcome }) => name === "restore-is-possible" && outcome !== "passed");

/** Past the point of no return too, until the leader was asked for; people have no such moment. */
const isUntouched = ({ pointOfNoReturnAt, request, mutations, leaderTaskArn }: OperationState): boolean =>
  pointOfNoReturnAt === undefined ||
  (request.procedure !== "maintenance" &&
    leaderTaskArn === undefined &&
    !mutations.some(({ phase }) => phase === "migrate"));

/** The application may not tell its version, so the phase says it too. */
const isVerified = ({ verifiedVersion, phases }: OperationState): boolean =>
  verifiedVersion !== undefined || phases.some(({ phase, outcome }) => phase === "verify" && outcome === "done");

const way = (decision: Decision, does: string): Way => ({ decision, does });
