import { CallTooOld } from "../aws/call-limits.ts";
import { isThrottle } from "../aws/errors.ts";
import { OperationError } from "../operations/operation-error.ts";
import { failure, type Outcome, success } from "./outcome.ts";

/** After so many attempts a step's error is permanent: about 45 s, which outlives short outages of AWS's control planes. */
const stepAttempts = 8;
/** Where AWS throttles, nothing is wrong but that others ask too: half an hour, for an attempt takes ten seconds of the client's own ones, and ten pass before the next. */
const throttledStepAttempts = 90;

/** What passes between the end of an attempt (1 is the first) and the next: 1, 2, 4, 8 and from then on 10 seconds. */
export const stepRetryDelaySeconds = (attempt: number): number => Math.min(2 ** (attempt - 1), 10);

/** Trying again cannot help. Everything that does not say so about itself is taken for a passing trouble. */
export const isPermanent = (thrown: unknown): boolean => thrown instanceof OperationError && !thrown.retryable;

/** A call that was not made any more is one whose attempts before were throttled, or of a worker that was frozen. */
const isThrottled = (thrown: unknown): boolean => isThrottle(thrown) || thrown instanceof CallTooOld;

/** One attempt of a step; throws where the engine should try again. */
export async function attemptStep(run: () => Promise<unknown>, attempt: number): Promise<Outcome> {
  try {
    return success(await run());
  } catch (thrown) {
    if (isPermanent(thrown) || attempt >= (isThrottled(thrown) ? throttledStepAttempts : stepAttempts))
      return failure(thrown);
    throw thrown;
  }
}
