import { windowPhases } from "../analysis/strands.ts";
import type { Profile } from "../profiles/profile.ts";
import { type AnyRunner, ORACLE, type RunnerName, runnerNames } from "../runners/run-profile.ts";
import type { AnalysedRun } from "./analyse-run.ts";
import { mean } from "./mean.ts";
import type { MeasuredProfile, MeasuredRunner } from "./measured.ts";

type Good = Extract<AnalysedRun, { failure?: undefined }>;

/** Puts together what several runs of every runner on a profile have shown. */
export function measureProfile({ name, says }: Profile, runs: readonly AnalysedRun[]): MeasuredProfile {
  const of = (runner: AnyRunner) => runs.filter((run) => run.runner === runner);
  return {
    profile: name,
    says,
    criticalSeconds: mean(
      of("ours")
        .filter(isGood)
        .map(({ path }) => path.criticalSeconds),
    ),
    ...attainedBy(of(ORACLE)),
    runners: runnerNames.filter((runner) => of(runner).length > 0).map((runner) => ofRunner(runner, of(runner))),
  };
}

function attainedBy(runs: readonly AnalysedRun[]): Pick<MeasuredProfile, "attained"> {
  if (runs.length === 0) return {};
  const failure = runs.find((run) => !isGood(run))?.failure;
  if (failure !== undefined) throw new Error(`expected who knows everything to open the site, found: ${failure}`);
  const paths = runs.filter(isGood).map(({ path }) => path);
  return {
    attained: {
      windowSeconds: mean(paths.map(({ windowSeconds }) => windowSeconds)),
      ratio: Math.max(...paths.map(({ windowSeconds, criticalSeconds }) => windowSeconds / criticalSeconds)),
    },
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
