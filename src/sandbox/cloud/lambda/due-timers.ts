import type { World } from "../world.ts";

/** Named timers of which each name has one. */
export type DueTimers = {
  /** Replaces the timer of that name. */
  set(name: string, dueAt: number, run: () => void): void;
  has(name: string): boolean;
  cancel(name: string): void;
  cancelAll(): void;
  /** Runs what is due now, without waiting for the event loop to come round to it. */
  runDue(): void;
};

/** setTimeout takes no more; executions may last a year. */
const longestTimeoutMs = 2 ** 31 - 1;

export function createDueTimers({ clock, timers }: Pick<World, "clock" | "timers">): DueTimers {
  const pending = new Map<string, { dueAt: number; run: () => void; stop: () => void }>();

  function cancel(name: string): void {
    pending.get(name)?.stop();
    pending.delete(name);
  }
  function fire(name: string): void {
    const timer = pending.get(name);
    cancel(name);
    timer?.run();
  }
  function arm(name: string, dueAt: number): () => void {
    const leftMs = dueAt - clock.now();
    if (leftMs <= longestTimeoutMs) return timers.after(Math.max(0, leftMs), () => fire(name));
    return timers.after(longestTimeoutMs, () => {
      const timer = pending.get(name);
      if (timer) timer.stop = arm(name, dueAt);
    });
  }

  return {
    cancel,
    has: (name) => pending.has(name),
    set(name, dueAt, run) {
      cancel(name);
      pending.set(name, { dueAt, run, stop: arm(name, dueAt) });
    },
    cancelAll() {
      for (const name of [...pending.keys()]) cancel(name);
    },
    runDue() {
      for (const [name, { dueAt }] of [...pending]) if (dueAt <= clock.now()) fire(name);
    },
  };
}
