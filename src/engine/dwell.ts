import type { Clock } from "../clock.ts";
import { failure, type Outcome, success } from "./outcome.ts";
import { isPermanent } from "./retry-policy.ts";
import { type Look, type PollOptions, WaitTimedOut } from "./workflow.ts";

/**
 * What a poll remembers between two invocations. `since` is the time of the first look; a crash before the first suspension forgets it,
 * so each such crash can put the time-out off by one dwell.
 */
export type PollState = { name: string; since?: number; lastSeen: string; outcome?: Outcome };

/** The share of its rhythm that a poll pauses at least, however long a look takes: who is slow to answer is not asked without a pause. */
const LEAST_PAUSE = 0.25;

/** Looks until the poll has an outcome, or until no further look fits in before `untilMs` on the clock. */
export async function dwell(
  state: PollState,
  look: () => Promise<Look<unknown>>,
  { clock, untilMs, everyMs, timeoutMs, slowness = () => 1 }: PollOptions & { clock: Clock; untilMs: number },
): Promise<PollState> {
  const since = state.since ?? clock.now();
  for (let { lastSeen } = state; ; ) {
    const lookedAt = clock.now();
    try {
      const seen = await look();
      if (seen.done) return { ...state, since, outcome: success(seen.result) };
      lastSeen = seen.seen;
    } catch (thrown) {
      if (isPermanent(thrown)) return { ...state, since, outcome: failure(thrown) };
      lastSeen = String(thrown);
    }
    const leftMs = since + timeoutMs - clock.now();
    if (leftMs <= 0) return { ...state, since, outcome: failure(new WaitTimedOut(state.name, timeoutMs, lastSeen)) };
    // From look to look: what a look takes would otherwise be downtime on top of the pause.
    const tookMs = clock.now() - lookedAt;
    const rhythmMs = everyMs * spread(slowness());
    const pauseMs = Math.min(Math.max(rhythmMs - tookMs, rhythmMs * LEAST_PAUSE), leftMs);
    if (clock.now() + pauseMs > untilMs) return { ...state, since, lastSeen };
    await clock.sleep(pauseMs);
  }
}

/** Those who are slowed down together would ask together again. */
const spread = (slowness: number): number => (slowness > 1 ? slowness * (0.75 + Math.random() / 2) : slowness);
