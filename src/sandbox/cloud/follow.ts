import type { Timetable } from "../../schedules/timetable.ts";
import type { World } from "./world.ts";

/** A timer takes no more than 24 days at once. */
const LONGEST_WAIT_MS = 86_400_000;

/**
 * Runs something whenever it is due, until the returned function is called. What is due at this very moment runs too. A moment that passed while this
 * process did not run is left out, as AWS does for a schedule that was disabled.
 */
export function follow(
  { clock, timers }: Pick<World, "clock" | "timers">,
  timetable: Timetable,
  run: (dueMs: number) => void,
): () => void {
  let cancel = () => {};
  function waitFor(afterMs: number): void {
    const dueMs = timetable(afterMs);
    if (dueMs === undefined) return;
    const waitMs = Math.max(0, dueMs - clock.now());
    cancel = timers.after(Math.min(waitMs, LONGEST_WAIT_MS), () => {
      if (waitMs > LONGEST_WAIT_MS) return waitFor(afterMs);
      waitFor(Math.max(dueMs, clock.now()));
      run(dueMs);
    });
  }
  waitFor(clock.now() - 1);
  return () => cancel();
}
