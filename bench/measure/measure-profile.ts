import { windowPhases } from "../analysis/strands.ts";
import type { Profile } from "../profiles/profile.ts";
import { type RunnerName, runnerNames } from "../runners/run-profile.ts";
import type { AnalysedRun } from "./analyse-run.ts";
import { mean } from "./mean.ts";
import type { MeasuredProfile, MeasuredRunner } from "./measured.ts";

type Good = Extract<AnalysedRun, { failure?: undefined }>;

/** Puts together what several runs of every runner on a profile have shown. */
export function measureProfile({ name, says }: Profile, runs: readonly AnalysedRun[]): MeasuredProfile {
  const of = (runner: RunnerName) => runs.filter((run) => run.runner === runner);
  return {
    profile: name,
    says,
    criticalSeconds: mean(
      of("ours")
        .filter(isGood)
        .map(({ path }) => path.criticalSeconds),
    ),
    runners: runnerNames.filter((runner) => of(runner).length > 0).map((runner) => ofRunner(runner, of(runner))),
  };
}

const isGood = (run: AnalysedRun): run is Good => run.failure === undefined;

function ofRunner(runner: RunnerName, runs: readonly AnalysedRun[]): MeasuredRunner {
  const good = runs.filter(isGood);
  const windows = good.map(({ visitors }) => visitors.seconds);
  const ratios = good.map(({ path }) => path.windowSeconds / path.criticalSeconds);
  return {
    runner,
    runs: runs.length,
    failures: runs.flatMap(({ failure }) => failure ?? []),
    windowSeconds: { mean: mean(windows), shortest: Math.min(...windows), longest: Math.max(...windows) },
    otherFailures: good.reduce((sum, { visitors }) => sum + visitors.otherFailures, 0),
    ratio: { mean: mean(ratios), worst: Math.max(...ratios) },
    phases: windowPhases.map((phase) => {
      const times = good.flatMap(({ path }) => path.phases.find((each) => each.phase === phase) ?? []);
      return {
        phase,
        neededSeconds: mean(times.map(({ cloud }) => cloud)),
        addedSeconds: mean(times.map(({ waited, drawn }) => waited + drawn)),
      };
    }),
  };
}
