import { WaitTimedOut } from "../engine/workflow.ts";
import { OperationError } from "../operations/operation-error.ts";

/** Whatever was thrown, with a code that tells the endings apart. */
export const failureOf = (thrown: unknown): OperationError =>
  thrown instanceof WaitTimedOut
    ? new OperationError(thrown.message, {
        code: "timed-out",
        details: { waitedFor: thrown.what, lastSeen: thrown.lastSeen },
      })
    : OperationError.from(thrown);

/** A failure while the first one was being dealt with. It says both, and is what can be done about the second. */
export function failureAfter(first: unknown, { doing, second }: { doing: string; second: unknown }): OperationError {
  const [cause, failure] = [failureOf(first), failureOf(second)];
  return new OperationError(`${cause.message}; then ${doing} failed: ${failure.message}`, {
    code: failure.code,
    hint: failure.hint,
    details: { first: cause.toJSON() },
  });
}
