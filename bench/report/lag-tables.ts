import type { MeasuredLag } from "../measure/measure-lags.ts";
import { allSwitches, type MeasuredSwitch } from "../measure/measure-switches.ts";
import { runnerNames } from "../runners/run-profile.ts";
import { runnerTitles, type Table } from "./tables.ts";

export const lagTable = (lags: readonly MeasuredLag[]): Table => ({
  title: "Detection lag: seconds from what is true in the cloud's log to the first call that acts on it",
  head: ["wait", "times", "p50", "p99", "besides: proof"],
  rows: lags.map(({ wait, times, p50, p99, proofSeconds }) => [
    wait,
    String(times),
    p50.toFixed(2),
    p99.toFixed(2),
    proofSeconds ? proofSeconds.toFixed(0) : "",
  ]),
});

/** The other value of each row that AWS leaves open: the worst of all profiles. */
export const switchTable = (measured: readonly MeasuredSwitch[]): Table => ({
  title: `With the other value of each row that AWS leaves open: Intermission at its worst among ${[...new Set(measured.map(({ profile }) => profile))].join(", ")}`,
  head: [
    "row",
    "other value",
    "× critical path",
    ...runnerNames.slice(1).map((name) => `ahead of ${runnerTitles[name]}`),
  ],
  rows: allSwitches.flatMap((changed) => {
    const of = measured.filter((each) => each.changed === changed);
    const [first] = of;
    if (!first) return [];
    const worst = of.some(({ ratio }) => ratio === null)
      ? "never opened"
      : Math.max(...of.map(({ ratio }) => ratio!)).toFixed(3);
    return [
      [
        changed,
        String(first.to),
        worst,
        ...runnerNames.slice(1).map((name) => {
          const behind = of.filter(
            ({ windows }) => windows.ours === null || windows.ours >= (windows[name] ?? Number.POSITIVE_INFINITY),
          );
          return behind.length === 0 ? "always" : `not on ${behind.map(({ profile }) => profile).join(", ")}`;
        }),
      ],
    ];
  }),
});
