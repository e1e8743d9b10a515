import { OperationError } from "../operations/operation-error.ts";
import { failure, type Outcome, success } from "./outcome.ts";

/** After so many attempts a step's error is permanent: about 45 s, which outlives throttling and short outages of AWS's control planes. */
const stepAttempts = 8;

/** What passes between the end of an attempt (1 is the first) and the next: 1, 2, 4, 8 and from then on 10 seconds. */
export const stepRetryDelaySeconds = (attempt: number): number => Math.min(2 ** (attempt - 1), 10);

/** Trying again cannot help. Everything that does not say so about itself is taken for a passing trouble. */
export const isPermanent = (thrown: unknown): boolean => thrown instanceof OperationError && !thrown.retryable;

/** One attempt of a step; throws where the engine should try again. */
export async function attemptStep(run: () => Promise<unknown>, attempt: number): Promise<Outcome> {
  try {
    return success(await run());
  } catch (thrown) {
    if (isPermanent(thrown) || attempt >= stepAttempts) return failure(thrown);
    throw thrown;
  }
}
