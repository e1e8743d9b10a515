/**
 * The seam between the procedures and the engine that makes them survive crashes. A procedure is replayed from its start after a crash:
 * everything outside a step must be deterministic, and what a step or a scope computes must be its return value, as JSON.
 */
export type Workflow = {
  /** Runs at least once, then never again: its result is remembered. Retried with backoff while it throws, unless the error is permanent. */
  step<Result>(name: string, run: () => Promise<Result>): Promise<Result>;
  /**
   * Looks every `everyMs` until the look is done, dwelling inside one invocation for up to a minute before it suspends and looks on:
   * what a waiter sleeps is downtime, and a suspension costs a durable operation. Errors of a look are looked past until the time-out.
   * Throws WaitTimedOut after `timeoutMs`.
   */
  poll<Result>(name: string, look: () => Promise<Look<Result>>, options: PollOptions): Promise<Result>;
  /** Suspends until someone completes the callback or the time is up. `announce` makes the callback's id known and runs at least once. */
  waitForCallback(
    name: string,
    announce: (callbackId: string) => Promise<void>,
    options: { timeoutMs: number },
  ): Promise<"called" | "timed-out">;
  /**
   * A named part; on replay a finished scope is not entered again, only its result is remembered. The end of a scope is sure to be
   * remembered once a step after it is: a crash between the two enters it again, and none of its remembered steps.
   */
  scope<Result>(name: string, run: (workflow: Workflow) => Promise<Result>): Promise<Result>;
};

export type Look<Result> = { done: true; result: Result } | { done: false; seen: string };
/** `slowness`: how many times as long as `everyMs` the next pause is; 1 unless given. */
export type PollOptions = { everyMs: number; timeoutMs: number; slowness?: () => number };

/** The time was up before the look was done. */
export class WaitTimedOut extends Error {
  override readonly name = "WaitTimedOut";
  readonly what: string;
  readonly timeoutMs: number;
  readonly lastSeen: string;
  constructor(what: string, timeoutMs: number, lastSeen: string) {
    super(`expected within ${Math.round(timeoutMs / 1000)} s: ${what}; found at the end: ${lastSeen}`);
    this.what = what;
    this.timeoutMs = timeoutMs;
    this.lastSeen = lastSeen;
  }
}
