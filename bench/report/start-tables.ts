import type { MeasuredStart } from "../size/start-up.ts";
import type { Table } from "./tables.ts";

const kilobytes = (bytes: number): string => `${(bytes / 1_000).toFixed(0)} kB`;
const times = ({ least, median }: { least: number; median: number }): string =>
  `${least.toFixed(0)} ms (median ${median.toFixed(0)})`;

const aSecond = (aMinute: number): string => `${(aMinute / 60).toFixed(2)} a second`;

export const startTables = ({ bundles, actionFirstRequestMs, sandbox, simulated }: MeasuredStart): Table[] => [
  {
    title: "Sizes and start-up on this machine, the least of seven times",
    head: ["bundle", "size", "budget", "import, processor time"],
    rows: bundles.map(({ bundle, bytes, budget, importCpuMs }) => [
      bundle,
      kilobytes(bytes),
      kilobytes(budget),
      importCpuMs ? times(importCpuMs) : "",
    ]),
  },
  {
    title: "Start-up of what people wait for, on this machine",
    head: ["", ""],
    rows: [
      ["the Action, from its spawn to its first request", times(actionFirstRequestMs)],
      ["the sandbox with the noticeboard, until it is ready", `${(sandbox.readyMs / 1_000).toFixed(1)} s`],
      ["the sandbox then, with nodes, PostgreSQL and functions", `${sandbox.megabytes.toFixed(0)} MB`],
    ],
  },
  {
    title: "The simulated AWS that tests and benchmarks run on, in one process, by the processor's time",
    head: ["", ""],
    rows: [
      ["from nothing to a target that serves", `${simulated.startCpuMs.toFixed(0)} ms`],
      ["upgrades in virtual time", aSecond(simulated.upgradesPerCpuMinute)],
      ["histories of npm run simulate, judged", aSecond(simulated.historiesPerCpuMinute)],
      ["memory of the process after them", `${simulated.megabytes.toFixed(0)} MB`],
    ],
  },
];
