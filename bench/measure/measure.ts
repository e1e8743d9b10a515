import type { Profile } from "../profiles/profile.ts";
import { type RunnerName, runnerNames } from "../runners/run-profile.ts";
import type { AnalysedRun } from "./analyse-run.ts";
import type { RunJob } from "./job.ts";
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
  run: RunJob;
};

/** Asks for all runs at once; how many are made at a time is for whoever makes them. */
export async function measure({ profiles, seeds, switches, run }: Options): Promise<Measurement> {
  const ofProfile = profiles.map((profile) => ({ profile, runs: runsOf({ profile, seeds, run }) }));
  const changed = switches
    ? ofProfile.flatMap(({ profile, runs }) =>
        allSwitches.map((each) => measureSwitch(profile, each, { first: (runner) => runs.get(runner)![0]!, run })),
      )
    : [];
  const measured = await Promise.all(
    ofProfile.map(async ({ profile, runs }) => ({ profile, runs: await Promise.all([...runs.values()].flat()) })),
  );
  return {
    seeds,
    profiles: measured.map(({ profile, runs }) => measureProfile(profile, runs)),
    lags: measureLags(measured.flatMap(({ runs }) => runs.flatMap(({ lags }) => lags))),
    costs: measured.map(({ profile, runs }) => measureCost(profile.name, runs)),
    switches: await Promise.all(changed),
  };
}

/** In the order of the seeds. */
const runsOf = ({ profile, seeds, run }: Pick<Options, "seeds" | "run"> & { profile: Profile }) =>
  new Map<RunnerName, Promise<AnalysedRun>[]>(
    runnerNames.map((runner) => [
      runner,
      Array.from({ length: seeds }, (_, index) => run({ profile, runner, seedNumber: index + 1 })),
    ]),
  );
