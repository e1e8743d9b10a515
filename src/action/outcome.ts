import type { Decision } from "../operations/operation.ts";
import type { Plan } from "../operations/plan.ts";
import type { Receipt } from "../operations/receipt.ts";
import type { OperationState } from "../operations/state.ts";
import type { Answered, Bypass } from "./answered.ts";
import type { Wish } from "./wish.ts";

/** How the step ended, which is not always how the operation did. */
export type Outcome =
  /** The operation is settled, or held. Without a wish it should have succeeded. */
  | { kind: "over"; operation: Answered; wish?: Wish; receipt?: Receipt }
  /** The operation asks what the step was to wait for. */
  | { kind: "asked"; operation: Answered; bypass?: Bypass }
  /** Started, decided or looked at, and left alone, as `wait: false` asks. */
  | { kind: "left"; operation: Answered }
  /** The step's own time was up. */
  | { kind: "timed-out"; operation: Answered; timeoutMs: number }
  /** The step ended early: the runner told it to by a signal, or killed it. */
  | { kind: "detached"; operation: Answered; signal?: NodeJS.Signals; onCancel?: OnCancel }
  /** The step ended while nobody knows whether the API accepted the request. */
  | { kind: "unknown"; target: string; why: string; idempotencyKey: string }
  /** A decision, or a take-over, was sent, and either no answer came or no run acts on it. */
  | { kind: "not-taken-up"; operation: Answered; what: Decision | "restore"; why: string; recorded: boolean }
  | { kind: "planned"; plan: Plan }
  /** Something else went wrong; the operation, if there is one, goes on. */
  | { kind: "failed"; target: string; error: Error; doing: Doing; operation?: Answered };

/** What `on-cancel: rollback` came to. */
export type OnCancel = { decided: true } | { decided: false; why: string };
/** What a step was at when something went wrong. */
export type Doing = "start" | "decide" | "restore" | "plan" | "status" | "follow";

export const operationOf = (outcome: Outcome): Answered | undefined =>
  "operation" in outcome ? outcome.operation : undefined;

/** From the first closing rule to the application's answers; undefined while that lasts, or when the site never closed. */
export function windowMs({ window }: OperationState): number | undefined {
  return window.closingAt && window.openedAt ? Date.parse(window.openedAt) - Date.parse(window.closingAt) : undefined;
}
