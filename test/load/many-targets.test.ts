import { expect, it } from "vitest";
import { inVirtualTime } from "../virtual-time.ts";
import { fillOf } from "./buckets.ts";
import { changesOfStrangers, upgradeMany } from "./many-noticeboards.ts";
import { scaleOf } from "./scale.ts";

it(
  "operations of several targets at once end right, and none touches or records what is another's",
  { timeout: 120_000 },
  () =>
    inVirtualTime(async () => {
      const { endings, calls, names, cloud } = await upgradeMany(2);
      expect(endings.map(({ ending, state }) => [ending.status, state.site])).toEqual(
        names.map(() => ["succeeded", "open"]),
      );
      expect(changesOfStrangers(calls, names)).toEqual([]);
      for (const { target, state, events } of endings) {
        const others = names.filter((name) => name !== target);
        const own = JSON.stringify([
          events,
          await cloud.store.journalEntries(state.id),
          await cloud.store.kept(state.id),
        ]);
        expect(others.filter((name) => own.includes(name))).toEqual([]);
        expect(await cloud.store.lockHolder(target)).toBeUndefined();
      }
      expect(fillOf(calls).filter(({ refused }) => refused > 0)).toEqual([]);
      expect(cloud.bugs).toEqual([]);
    }),
);

it("operations end right where AWS takes so little from the account that it throttles them all the way", {
  timeout: 120_000,
}, async () => {
  const { endings, throttled, windowSeconds, bugs } = await scaleOf(3, { share: 0.1 });
  expect(endings).toEqual({ succeeded: 3 });
  expect(throttled).toBeGreaterThan(100);
  // They take their time, and none is left behind.
  expect(windowSeconds.longest / windowSeconds.median).toBeLessThan(1.5);
  expect(bugs).toEqual([]);
});
