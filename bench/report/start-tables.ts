import type { MeasuredStart } from "../size/start-up.ts";
import type { Table } from "./tables.ts";

const kilobytes = (bytes: number): string => `${(bytes / 1_000).toFixed(0)} kB`;
const times = ({ least, median }: { least: number; median: number }): string =>
  `${least.toFixed(0)} ms (median ${median.toFixed(0)})`;

export const startTables = ({ bundles, actionFirstRequestMs, sandbox }: MeasuredStart): Table[] => [
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
      [
        "upgrades in virtual time, in one process",
        `${sandbox.upgradesPerCpuMinute.toFixed(0)} a minute of one processor`,
      ],
    ],
  },
];
