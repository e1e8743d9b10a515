import type { Watch } from "./operation-run.ts";

/** What others do to a target inside the window must be noticed within ten seconds. */
const LOOK_EVERY_MS = 5_000;

/** A watch that looks every five seconds, however often it is asked to. */
export function nowAndThen(look: Watch): Watch {
  let dueAtMs = 0;
  return async (op) => {
    if (op.clock.now() < dueAtMs) return;
    await look(op);
    dueAtMs = op.clock.now() + LOOK_EVERY_MS;
  };
}
