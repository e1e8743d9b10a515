import type { Table } from "../report/tables.ts";
import type { MeasuredStart } from "../size/start-up.ts";
import type { MeasuredCost } from "./measure-cost.ts";
import type { MeasuredLag } from "./measure-lags.ts";
import type { MeasuredLever } from "./measure-levers.ts";
import type { MeasuredSwitch } from "./measure-switches.ts";
import type { MeasuredProfile } from "./measured.ts";

/** Everything that one run of the command has measured. */
export type Measurement = {
  /** Runs of each runner on each profile. */
  seeds: number;
  profiles: MeasuredProfile[];
  lags: MeasuredLag[];
  costs: MeasuredCost[];
  switches: MeasuredSwitch[];
  levers: MeasuredLever[];
  /** Of this machine. */
  start?: MeasuredStart;
  /** The script itself beside ours, in real time, where that was asked for. */
  realTime?: Table;
};
