import type { Profile } from "../profiles/profile.ts";
import { type AnyRunner, ORACLE, runnerNames } from "../runners/run-profile.ts";
import type { AnalysedRun } from "./analyse-run.ts";
import type { RunJob } from "./job.ts";
import { measureCost } from "./measure-cost.ts";
import { measureLags } from "./measure-lags.ts";
import { measureLevers } from "./measure-levers.ts";
import { measureProfile } from "./measure-profile.ts";
import { allSwitches, measureSwitch } from "./measure-switches.ts";
import type { Measurement } from "./measurement.ts";

type Options = {
  profiles: readonly Profile[];
  /** Runs of each runner on each profile. */
  seeds: number;
  /** Whether every uncertain row is tried with its other value. */
  switches: boolean;
  /** Whether each option that shortens the window is measured by itself. */
  levers: boolean;
  run: RunJob;
};

/** Asks for all runs at once; how many are made at a time is for whoever makes them. */
export async function measure({ profiles, seeds, switches, levers, run }: Options): Promise<Measurement> {
  const ofProfile = profiles.map((profile) => ({ profile, runs: runsOf({ profile, seeds, run }) }));
  const [measured, changed, saved] = await Promise.all([
    Promise.all(
      ofProfile.map(async ({ profile, runs }) => ({ profile, runs: await Promise.all([...runs.values()].flat()) })),
    ),
    Promise.all(
      (switches ? ofProfile : []).flatMap(({ profile, runs }) =>
        allSwitches.map((each) => measureSwitch(profile, each, { first: (runner) => runs.get(runner)![0]!, run })),
      ),
    ),
    levers ? measureLevers({ profiles, seeds, run }) : [],
  ]);
  return {
    seeds,
    profiles: measured.map(({ profile, runs }) => measureProfile(profile, runs)),
    lags: measureLags(measured.flatMap(({ runs }) => runs.flatMap(({ lags }) => lags))),
    costs: measured.map(({ profile, runs }) => measureCost(profile.name, runs)),
    switches: changed,
    levers: saved,
  };
}

const everyRunner: readonly AnyRunner[] = [...runnerNames, ORACLE];

/** In the order of the seeds. */
const runsOf = ({ profile, seeds, run }: Pick<Options, "seeds" | "run"> & { profile: Profile }) =>
  new Map<AnyRunner, Promise<AnalysedRun>[]>(
    everyRunner.map((runner) => [
      runner,
      Array.from({ length: seeds }, (_, index) => run({ profile, runner, seedNumber: index + 1 })),
    ]),
  );
