/** Whether AWS answered with an error of one of these names. */
export const isAwsError = (error: unknown, ...names: string[]): boolean =>
  error instanceof Error && names.includes(error.name);

/** AWS refused the request itself: asking again in the same words gets the same answer. Throttles and faults of the service are not that. */
export function isRefusal(error: unknown): boolean {
  if (!(error instanceof Error) || !("$metadata" in error)) return false;
  const { httpStatusCode } = error.$metadata as { httpStatusCode?: number };
  const throttled = /throttl|toomanyrequests|requestlimit|ratelimit|slowdown/i.test(error.name);
  return (
    httpStatusCode !== undefined &&
    httpStatusCode >= 400 &&
    httpStatusCode < 500 &&
    httpStatusCode !== 429 &&
    !throttled
  );
}

/** Whether the error answers the first call that was sent: the SDK itself repeats calls whose answers were lost. */
export const wasFirstAttempt = (error: unknown): boolean =>
  error instanceof Error && "$metadata" in error && (error.$metadata as { attempts?: number }).attempts === 1;
