import { expect, it } from "vitest";
import { windowPhases } from "../../bench/analysis/strands.ts";
import { readCommand } from "../../bench/command-line.ts";
import { measureLags } from "../../bench/measure/measure-lags.ts";
import { measureProfile } from "../../bench/measure/measure-profile.ts";
import type { Measurement } from "../../bench/measure/measurement.ts";
import { profiles } from "../../bench/profiles/profiles.ts";
import { allTables } from "../../bench/report/all-tables.ts";
import { windowChart } from "../../bench/report/chart.ts";
import { performanceDocument } from "../../bench/report/performance-document.ts";

const run = (runner: "ours" | "bash", seconds: number) => ({
  ...{ runner, tookMs: seconds * 1_000, calls: [], changes: 0, lags: [], asked: [] },
  visitors: { seconds, otherFailures: 0 },
  path: {
    windowSeconds: seconds,
    criticalSeconds: 60,
    phases: windowPhases.map((phase) => ({ phase, cloud: 10, waited: (seconds - 60) / 6, drawn: 0 })),
  },
});
const failed = {
  ...{ runner: "sdk" as const, tookMs: 1, calls: [], changes: 0, lags: [], asked: [] },
  failure: "WaiterGaveUp: Max attempts exceeded",
};
const measurement: Measurement = {
  seeds: 1,
  profiles: [measureProfile(profiles[0]!, [run("ours", 63), run("bash", 120), failed])],
  lags: measureLags([]),
  costs: [],
  switches: [],
  levers: [],
};

it("the window is set against the critical path, and whoever never opened is named", () => {
  const [windows] = allTables(measurement);
  expect(windows!.rows).toEqual([["small-database", "60", "", "63 (× 1.05)", "120 (× 2.00)", "never opened"]]);
});

it("says how near to the critical path anybody can come", () => {
  const oracle = { ...run("ours", 60), runner: "oracle" as const };
  const { attained, runners } = measureProfile(profiles[0]!, [run("ours", 63), oracle]);
  expect(attained).toEqual({ windowSeconds: 60, ratio: 1 });
  expect(runners.map(({ runner }) => runner)).toEqual(["ours"]);
});

it("every row of every table has a cell for each column", () => {
  for (const { head, rows } of allTables(measurement))
    for (const row of rows) expect(row, head.join()).toHaveLength(head.length);
});

it("the chart needs nothing else, and has a bar for each runner that opened", () => {
  const chart = windowChart(measurement.profiles);
  expect(chart).not.toMatch(/NaN|undefined|Infinity|href|url\(/);
  expect(chart.match(/class="name"[^>]*>[^<]+/g)).toHaveLength(3);
  expect(chart).toContain("prefers-color-scheme: dark");
});

it("the document carries the command and the machine", () => {
  const text = performanceDocument(measurement, { command: "npm run bench", machine: "two cores", chart: "chart.svg" });
  expect(text).toContain("`npm run bench`, on two cores");
  expect(text).toContain("](chart.svg)");
});

it("says everything that is wrong with a command line", () => {
  expect(readCommand(["--profile", "tiny", "--seeds", "0"])).toEqual({
    kind: "wrong",
    json: false,
    problems: [expect.stringContaining("--profile"), expect.stringContaining("--seeds")],
  });
});
