import type { Timers } from "../world.ts";
import type { Task } from "./task.ts";

/** What is still to happen to each task, so that it can be called off when the task is told to stop. */
export type TaskTimers = {
  /** Returns the function that calls it off. */
  after: (task: Task, ms: number, run: () => void) => () => void;
  cancelAll: (task: Task) => void;
  /** Calls everything off, and whatever is asked for later. */
  close: () => void;
};

export function createTaskTimers(timers: Timers): TaskTimers {
  const pending = new Map<Task, Set<() => void>>();
  let closed = false;

  function cancelAll(task: Task): void {
    for (const cancel of pending.get(task) ?? []) cancel();
    pending.delete(task);
  }
  return {
    after(task, ms, run) {
      if (closed) return () => {};
      const cancels = pending.get(task) ?? new Set();
      pending.set(task, cancels);
      const forget = () => {
        cancels.delete(cancel);
        if (cancels.size === 0 && pending.get(task) === cancels) pending.delete(task);
      };
      const stopTimer = timers.after(ms, () => {
        forget();
        run();
      });
      const cancel = () => {
        stopTimer();
        forget();
      };
      cancels.add(cancel);
      return cancel;
    },
    cancelAll,
    close() {
      closed = true;
      for (const task of [...pending.keys()]) cancelAll(task);
    },
  };
}
