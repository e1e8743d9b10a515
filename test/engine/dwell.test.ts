import { expect, it } from "vitest";
import { systemClock as clock } from "../../src/clock.ts";
import { dwell } from "../../src/engine/dwell.ts";
import { inVirtualTime } from "../virtual-time.ts";

/** When the looks of a poll begin that takes so long a look, in milliseconds. */
const looksOf = (lookMs: number, looks: number): Promise<number[]> =>
  inVirtualTime(async () => {
    const beganAt = clock.now();
    const times: number[] = [];
    const look = async () => {
      times.push(clock.now() - beganAt);
      await clock.sleep(lookMs);
      return times.length < looks ? { done: false as const, seen: "" } : { done: true as const, result: null };
    };
    await dwell({ name: "", lastSeen: "" }, look, { clock, untilMs: Infinity, everyMs: 1_000, timeoutMs: 60_000 });
    return times;
  });

it("begins a look each second, however long the look before has taken", async () => {
  expect(await looksOf(0, 4)).toEqual([0, 1_000, 2_000, 3_000]);
  expect(await looksOf(400, 4)).toEqual([0, 1_000, 2_000, 3_000]);
});

it("pauses a quarter of a second at least before it looks again", async () => {
  expect(await looksOf(2_000, 3)).toEqual([0, 2_250, 4_500]);
});
