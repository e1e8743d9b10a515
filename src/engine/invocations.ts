import { AsyncLocalStorage } from "node:async_hooks";

type Invocation = { wasFrozen: boolean };

const BEAT_EVERY_MS = 1_000;

/**
 * Which invocation of the function the running code belongs to, and whether it may still change anything. Lambda stops the processes of a function whenever nothing
 * is invoked, and loses some: what was left running goes on when its process wakes, in the middle of whatever it did, and has a successor by then. Neither Lambda
 * nor AWS' other services refuse what it asks for.
 *
 * `longestPauseMs`: a process that did not come to run for so long was stopped. No other may be in its place sooner.
 */
export function createInvocations({ longestPauseMs, now = Date.now }: { longestPauseMs: number; now?: () => number }) {
  const invocations = new AsyncLocalStorage<Invocation>();
  let latest: Invocation = { wasFrozen: false };
  let lastBeatAt = now();

  function beat(): void {
    if (now() - lastBeatAt > longestPauseMs) latest.wasFrozen = true;
    lastBeatAt = now();
  }
  // Who only waits for an answer beats all the same.
  setInterval(beat, BEAT_EVERY_MS).unref();

  return {
    run<Result>(work: () => Result): Result {
      beat();
      latest = { wasFrozen: false };
      return invocations.run(latest, work);
    },
    /** False for what an earlier invocation of this process left running, and once the process was stopped in the middle of its own. */
    mayAct(): boolean {
      beat();
      const own = invocations.getStore();
      return own === latest && !own.wasFrozen;
    },
  };
}
