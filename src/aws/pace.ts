import { StandardRetryStrategy } from "@smithy/core/retry";
import type { RetryErrorInfo, RetryStrategyV2, RetryToken } from "@smithy/types";

/** How much slower than usual whoever looks again and again shall look: 1 unless AWS has throttled this process lately. */
export type Pace = { slowness(): number; throttled(): void };

/** At most: what others do inside a window must still be noticed within ten seconds. */
const SLOWEST = 4;
/** Every attempt of the calls of one look may be throttled: that counts once. */
const ONE_LOOK_MS = 500;
const RECOVERED_A_SECOND = 0.1;

/**
 * Additive increase, multiplicative decrease: operations of one account know nothing of one another, and share what AWS takes from it fairly if each
 * slows down by a share when it is throttled, and gets faster step by step when it is not.
 */
export function createPace(now: () => number = Date.now): Pace {
  let slowest = 1;
  let throttledAt = Number.NEGATIVE_INFINITY;
  const slowness = () => Math.max(1, slowest - ((now() - throttledAt) / 1_000) * RECOVERED_A_SECOND);
  return {
    slowness,
    throttled() {
      if (now() - throttledAt < ONE_LOOK_MS) return;
      slowest = Math.min(SLOWEST, slowness() * 1.5);
      throttledAt = now();
    },
  };
}

const ATTEMPTS = 3;
/** A throttled call has had no effect, and the next attempt is as good as the first: about ten seconds of them. */
const THROTTLED_ATTEMPTS = 8;
const LONGEST_DELAY_MS = 4_000;

/** The SDK's usual retries, and more of them where AWS throttles; each throttle is told to the pace. */
export function patientRetries(pace: Pace): RetryStrategyV2 & { mode: "standard" } {
  const usual = new StandardRetryStrategy(ATTEMPTS);
  return {
    mode: "standard",
    acquireInitialRetryToken: (scope) => usual.acquireInitialRetryToken(scope),
    async refreshRetryTokenForRetry(token: RetryToken, info: RetryErrorInfo) {
      if (info.errorType !== "THROTTLING") return usual.refreshRetryTokenForRetry(token as never, info);
      pace.throttled();
      const count = token.getRetryCount() + 1;
      if (count >= THROTTLED_ATTEMPTS) throw new Error(`throttled ${count} times`);
      const delayMs = Math.floor(Math.random() * Math.min(LONGEST_DELAY_MS, 500 * 2 ** count));
      return { getRetryCount: () => count, getRetryDelay: () => delayMs, $retryLog: {} };
    },
    recordSuccess: (token) => {
      if ("getRetryCost" in token) usual.recordSuccess(token as never);
    },
  };
}
