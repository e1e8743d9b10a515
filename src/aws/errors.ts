/** Whether AWS answered with an error of one of these names. */
export const isAwsError = (error: unknown, ...names: string[]): boolean =>
  error instanceof Error && names.includes(error.name);

/** Refusals that pass by themselves: rates, clocks and credentials on the move, and changes of others that are under way. */
const PASSING =
  /throttl|toomanyrequests|requestlimit|ratelimit|slowdown|expired|requesttime|clockskew|concurrentupdate|updateinprogress|priorrequestnotcomplete/i;
/** The same said by a name that otherwise stands for a wrong request. */
const PASSING_MESSAGE = /too many concurrent attempts|unable to assume|rate exceeded/i;

/** AWS refused the request itself: asking again in the same words gets the same answer. Throttles and faults of the service are not that. */
export function isRefusal(error: unknown): boolean {
  if (!(error instanceof Error) || !("$metadata" in error)) return false;
  const { httpStatusCode = 0 } = error.$metadata as { httpStatusCode?: number };
  const passing = httpStatusCode === 429 || PASSING.test(error.name) || PASSING_MESSAGE.test(error.message);
  return httpStatusCode >= 400 && httpStatusCode < 500 && !passing;
}

/** AWS refused the call for the rate alone: it has had no effect, and is right as it is. */
export function isThrottle(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { httpStatusCode } = (error as { $metadata?: { httpStatusCode?: number } }).$metadata ?? {};
  return httpStatusCode === 429 || THROTTLED.test(error.name) || /rate exceeded/i.test(error.message);
}
const THROTTLED = /throttl|toomanyrequests|requestlimit|ratelimit|slowdown/i;

/** Whether the error answers the first call that was sent: the SDK itself repeats calls whose answers were lost. */
export const wasFirstAttempt = (error: unknown): boolean =>
  error instanceof Error && "$metadata" in error && (error.$metadata as { attempts?: number }).attempts === 1;
