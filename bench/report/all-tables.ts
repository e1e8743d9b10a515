import type { Measurement } from "../measure/measurement.ts";
import { callTable, costTable } from "./cost-tables.ts";
import { lagTable, switchTable } from "./lag-tables.ts";
import { leverTable } from "./lever-table.ts";
import { notDone } from "./not-done.ts";
import { startTables } from "./start-tables.ts";
import { phaseTable, type Table, windowTable } from "./tables.ts";

/** Everything that was measured, in the order in which people ask. What an upgrade asks of AWS and costs is shown of the first profile. */
export const allTables = ({ profiles, lags, costs, switches, levers, start, realTime }: Measurement): Table[] => [
  windowTable(profiles),
  ...profiles.map(phaseTable),
  ...(switches.length ? [switchTable(switches)] : []),
  ...(levers.length ? [leverTable(levers)] : []),
  lagTable(lags),
  ...costs.slice(0, 1).flatMap((cost) => [callTable(cost), costTable(cost)]),
  notDone,
  ...(realTime ? [realTime] : []),
  ...(start ? startTables(start) : []),
];
