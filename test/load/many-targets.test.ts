import { expect, it } from "vitest";
import { inVirtualTime } from "../virtual-time.ts";
import { fillOf } from "./buckets.ts";
import { changesOfStrangers, upgradeMany } from "./many-noticeboards.ts";

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
