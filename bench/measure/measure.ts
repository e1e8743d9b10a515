import type { Lag } from "../analysis/detection-lag.ts";
import type { Profile } from "../profiles/profile.ts";
import { runnerNames, runProfile } from "../runners/run-profile.ts";
import { type AnalysedRun, analyseRun } from "./analyse-run.ts";
import { measureCost } from "./measure-cost.ts";
import { measureLags } from "./measure-lags.ts";
import { measureProfile } from "./measure-profile.ts";
import { allSwitches, measureSwitch } from "./measure-switches.ts";
import type { Measurement } from "./measurement.ts";

type Options = {
  profiles: readonly Profile[];
  /** Runs of each runner on each profile. */
  seeds: number;
  /** Whether every uncertain row is tried with its other value. */
  switches: boolean;
  progress(line: string): void;
};

export async function measure({ profiles, seeds, switches, progress }: Options): Promise<Measurement> {
  const measurement: Measurement = { seeds, profiles: [], lags: [], costs: [], switches: [] };
  const lags: Lag[] = [];
  for (const profile of profiles) {
    const runs: AnalysedRun[] = [];
    for (const runner of runnerNames)
      for (let seedNumber = 1; seedNumber <= seeds; seedNumber += 1) {
        progress(`${profile.name}: ${runner}, run ${seedNumber} of ${seeds}`);
        runs.push(analyseRun(await runProfile(profile, runner, { seedNumber })));
      }
    measurement.profiles.push(measureProfile(profile, runs));
    measurement.costs.push(measureCost(profile.name, runs));
    lags.push(...runs.flatMap((run) => run.lags));
    for (const changed of switches ? allSwitches : []) {
      progress(`${profile.name}: the other value of ${changed}`);
      measurement.switches.push(await measureSwitch(profile, changed));
    }
  }
  measurement.lags = measureLags(lags);
  return measurement;
}
