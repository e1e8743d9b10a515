import type { Clock } from "../clock.ts";
import { ApiRefusal, isPassing } from "./errors.ts";

export type Patience = {
  clock: Clock;
  random: () => number;
  signal: AbortSignal;
  /** Milliseconds since the epoch: no attempt begins after it. */
  until: number;
  /** Said once an attempt, before the pause. */
  onTrouble: (trouble: Trouble) => void;
  /** After every success. */
  onAnswer: () => void;
};
export type Trouble = { error: Error; attempt: number; pauseMs: number };

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;

/** Tries again what fails for a passing reason, with jitter, as late as the server asks for. Throws the last error when patience is at its end. */
export async function retrying<Result>(attempt: () => Promise<Result>, patience: Patience): Promise<Result> {
  const { clock, random, signal, until, onTrouble, onAnswer } = patience;
  for (let count = 1; ; count += 1) {
    try {
      signal.throwIfAborted();
      const result = await attempt();
      onAnswer();
      return result;
    } catch (error) {
      if (!isPassing(error)) throw error;
      signal.throwIfAborted();
      const pauseMs = pause(count, { random, error });
      if (clock.now() + pauseMs > until) throw error;
      onTrouble({ error, attempt: count, pauseMs });
      await clock.sleep(pauseMs, signal);
    }
  }
}

/** Between half of the exponential pause and the whole of it: many runners must not come back in step. */
function pause(count: number, { random, error }: { random: () => number; error: Error }): number {
  const ceiling = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (count - 1));
  const jittered = Math.round(ceiling * (0.5 + random() / 2));
  const asked = error instanceof ApiRefusal ? error.retryAfterMs : undefined;
  return asked === undefined ? jittered : Math.max(asked, jittered);
}
