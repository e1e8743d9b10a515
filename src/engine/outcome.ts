import { OperationError, type OperationErrorRecord } from "../operations/operation-error.ts";
import { WaitTimedOut } from "./workflow.ts";

/**
 * How a step, a poll or a scope ended, as data. Engines remember results faithfully but of an error only its message and a name, so
 * errors travel as results: what is thrown after a replay is then the same as what was thrown at first.
 */
export type Outcome = { ok: true; value?: unknown } | { ok: false; error: RememberedError };

type RememberedError =
  | OperationErrorRecord
  | { name: "WaitTimedOut"; what: string; timeoutMs: number; lastSeen: string };

export function success(value: unknown): Outcome {
  try {
    JSON.stringify(value);
  } catch (cause) {
    throw new OperationError(`a result cannot be remembered: expected JSON, found ${typeof value}: ${String(cause)}`, {
      code: "result-not-json",
      cause,
    });
  }
  return { ok: true, value };
}

export function failure(thrown: unknown): Outcome {
  if (!(thrown instanceof WaitTimedOut)) return { ok: false, error: OperationError.from(thrown).toJSON() };
  const { name, what, timeoutMs, lastSeen } = thrown;
  return { ok: false, error: { name, what, timeoutMs, lastSeen } };
}

/** The value of a remembered success; throws the error of a remembered failure. */
export function unwrap<Result>(outcome: Outcome): Result {
  if (outcome.ok) return outcome.value as Result;
  const { error } = outcome;
  throw error.name === "WaitTimedOut"
    ? new WaitTimedOut(error.what, error.timeoutMs, error.lastSeen)
    : OperationError.fromJSON(error);
}

export async function outcomeOf(run: () => Promise<unknown>): Promise<Outcome> {
  try {
    return success(await run());
  } catch (thrown) {
    return failure(thrown);
  }
}
