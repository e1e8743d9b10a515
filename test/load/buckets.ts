import { documentedBuckets } from "../../src/sandbox/cloud/rate-limits.ts";
import type { Call } from "./many-noticeboards.ts";

export type Filled = { bucket: string; calls: number; busiestMinute: number; refused: number };

/** How many calls there were, in the busiest minute, and how many AWS would have refused at first. */
export const fillOf = (calls: readonly Call[]): Filled[] =>
  documentedBuckets.map(({ name, burst, perSecond, has }) => {
    const times = calls.filter(({ service, operation }) => has(service, operation)).map(({ at }) => Date.parse(at));
    let [tokens, last, refused] = [burst, times[0] ?? 0, 0];
    for (const time of times) {
      tokens = Math.min(burst, tokens + ((time - last) / 1_000) * perSecond);
      last = time;
      if (tokens >= 1) tokens -= 1;
      else refused += 1;
    }
    const busiestMinute = Math.max(
      0,
      ...times.map((time) => times.filter((each) => each >= time && each < time + 60_000).length),
    );
    return { bucket: name, calls: times.length, busiestMinute, refused };
  });
