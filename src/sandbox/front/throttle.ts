import type { Clock } from "../../clock.ts";

/** What a stage of an HTTP API takes: a token bucket of `burst`, filled at `requestsPerSecond`. */
export type Throttle = { requestsPerSecond: number; burst: number };

/** Whether one more request is taken now. */
export function createThrottle({ requestsPerSecond, burst }: Throttle, clock: Pick<Clock, "now">): () => boolean {
  let tokens = burst;
  let filledAt = clock.now();
  return () => {
    const now = clock.now();
    tokens = Math.min(burst, tokens + ((now - filledAt) / 1_000) * requestsPerSecond);
    filledAt = now;
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  };
}
