import { documentedBuckets } from "../../src/sandbox/cloud/rate-limits.ts";
import { inVirtualTime } from "../virtual-time.ts";
import { type ManyOptions, upgradeMany } from "./many-noticeboards.ts";

/** How it went with so many targets of one account that were upgraded at once. */
export type Scale = {
  targets: number;
  endings: Record<string, number>;
  /** From the first rule that closes the site to the site seen open. */
  windowSeconds: { median: number; longest: number };
  lastEndedAfterSeconds: number;
  /** Of ECS and of load balancers, all targets together. */
  calls: number;
  throttled: number;
  throttledByOperation: Record<string, number>;
  /** Of all services, throttled or not. */
  callsByOperation: Record<string, number>;
  /** The most windows that were open at once, and how many had to wait for their turn. */
  mostAtOnce: number;
  waited: number;
  bugs: unknown[];
};

/** Upgrades so many targets of one account at once, in virtual time, under the rate limits that AWS documents, or a share of them: others may use the account too. */
export const scaleOf = (
  targets: number,
  { share = 1, ...options }: { share?: number } & Omit<ManyOptions, "limited"> = {},
): Promise<Scale> =>
  inVirtualTime(
    async () => {
      const { endings, calls, cloud } = await upgradeMany(targets, {
        ...options,
        limited: documentedBuckets.map((bucket) => ({
          ...bucket,
          burst: bucket.burst * share,
          perSecond: bucket.perSecond * share,
        })),
      });
      const windows = endings.map(({ events }): Window => {
        const at = (type: "closing-started" | "opened") =>
          Date.parse(events.findLast((event) => event.type === type)?.at ?? "");
        return { from: at("closing-started"), to: at("opened") };
      });
      const limited = calls.filter(({ service }) => /^(ECS|Elastic)/.test(service));
      const throttled = limited.filter(({ outcome }) => /Throttling/.test(outcome));
      return {
        targets,
        endings: countBy(endings, ({ ending }) => ending.status),
        windowSeconds: summaryOf(windows.map(({ from, to }) => (to - from) / 1_000)),
        lastEndedAfterSeconds: Math.round(
          Math.max(...endings.map(({ state }) => Date.parse(state.finishedAt ?? "") - Date.parse(state.requestedAt))) /
            1_000,
        ),
        calls: limited.length,
        throttled: throttled.length,
        callsByOperation: countBy(calls, ({ service, operation }) => `${service} ${operation}`),
        mostAtOnce: Math.max(
          ...windows.map(({ from }) => windows.filter((each) => each.from <= from && from < each.to).length),
        ),
        waited: endings.filter(({ events }) => events.some((event) => event.type === "waiting" && event.for === "turn"))
          .length,
        throttledByOperation: countBy(throttled, ({ operation }) => operation),
        bugs: cloud.bugs,
      };
    },
    { seed: targets },
  );

type Window = { from: number; to: number };

const summaryOf = (numbers: number[]) => {
  const sorted = numbers.toSorted((a, b) => a - b);
  return { median: round(sorted[Math.floor(sorted.length / 2)]!), longest: round(sorted.at(-1)!) };
};
const round = (seconds: number) => Math.round(seconds * 10) / 10;

const countBy = <Item>(items: readonly Item[], keyOf: (item: Item) => string): Record<string, number> =>
  Object.fromEntries([...Map.groupBy(items, keyOf)].map(([key, of]) => [key, of.length]));
