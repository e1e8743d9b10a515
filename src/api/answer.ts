import { isActive } from "../operations/operation.ts";
import { UnreadableRecordError } from "../operations/record.ts";
import type { OperationState } from "../operations/state.ts";
import { type TargetsSay, type Way, waysOn } from "../operations/ways-on.ts";
import type { Dependencies } from "./dependencies.ts";
import { liveLink } from "./live/link.ts";
import type { AnsweredOperation } from "./schemas.ts";
import { withinAnswer } from "./within-answer.ts";

/** An operation with what can be decided about it, and where people can watch it. */
export async function answerOf(
  operation: OperationState,
  { store, clock }: Pick<Dependencies, "store" | "clock">,
): Promise<AnsweredOperation> {
  const [decisions, live] = await Promise.all([
    waysNow(operation, store),
    liveLink(operation.id, { store, clock }).catch(withoutIt),
  ]);
  return withinAnswer({ ...operation, decisions, ...(live !== undefined && { live }) });
}

/** What was asked is done, and only nobody can be shown a link: its key in the table is none. */
function withoutIt(error: unknown): undefined {
  if (!(error instanceof UnreadableRecordError)) throw error;
}

/** By the target's configuration that the operation runs on, whatever the file says now. */
export async function waysNow(operation: OperationState, store: Dependencies["store"]): Promise<Way[]> {
  if (!isActive(operation.status)) return [];
  return waysOn(operation, (await store.configuration(operation.id)) as TargetsSay);
}
