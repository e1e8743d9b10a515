import { isActive } from "../operations/operation.ts";
import type { OperationState } from "../operations/state.ts";
import { type TargetsSay, type Way, waysOn } from "../operations/ways-on.ts";
import type { Dependencies } from "./dependencies.ts";
import type { AnsweredOperation } from "./schemas.ts";

/** An operation with what can be decided about it. */
export const answerOf = async (
  operation: OperationState,
  { store }: Pick<Dependencies, "store">,
): Promise<AnsweredOperation> => ({ ...operation, decisions: await waysNow(operation, store) });

/** By the target's configuration that the operation runs on, whatever the file says now. */
export async function waysNow(operation: OperationState, store: Dependencies["store"]): Promise<Way[]> {
  if (!isActive(operation.status)) return [];
  return waysOn(operation, (await store.control(operation.id)).configuration as TargetsSay);
}
