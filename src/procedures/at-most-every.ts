import type { Clock } from "../clock.ts";

/** The same read, or what it answered last where that is not so old. Made once for each wait, whose memory it keeps. */
export function atMostEvery<Result>(
  clock: Pick<Clock, "now">,
  everyMs: number,
  read: () => Promise<Result>,
): () => Promise<Result> {
  let last: { at: number; result: Result } | undefined;
  return async () => {
    if (!last || clock.now() - last.at >= everyMs) last = { at: clock.now(), result: await read() };
    return last.result;
  };
}
