import type { Plan } from "../operations/plan.ts";
import type { Receipt } from "../operations/receipt.ts";
import type { OperationState } from "../operations/state.ts";

/** How the step ended, which is not always how the operation did. */
export type Outcome =
  /** The operation is settled, or held. */
  | { kind: "over"; operation: OperationState; receipt?: Receipt }
  /** Started or looked at, and left alone, as `wait: false` asks. */
  | { kind: "left"; operation: OperationState }
  /** The step's own time was up. */
  | { kind: "timed-out"; operation: OperationState; timeoutMs: number }
  /** The step ended early: the runner told it to by a signal, or killed it. */
  | { kind: "detached"; operation: OperationState; signal?: NodeJS.Signals }
  /** The step ended while nobody knows whether the API accepted the request. */
  | { kind: "unknown"; target: string; why: string; idempotencyKey: string }
  | { kind: "planned"; plan: Plan }
  /** Something else went wrong; the operation, if there is one, goes on. */
  | { kind: "failed"; target: string; error: Error; operation?: OperationState };

export const operationOf = (outcome: Outcome): OperationState | undefined =>
  "operation" in outcome ? outcome.operation : undefined;

/** From the first closing rule to the application's answers; undefined while that lasts, or when the site never closed. */
export function windowMs({ window }: OperationState): number | undefined {
  return window.closingAt && window.openedAt ? Date.parse(window.openedAt) - Date.parse(window.closingAt) : undefined;
}
