import { type CriticalPath, criticalPath } from "../analysis/critical-path.ts";
import { windowPhases } from "../analysis/strands.ts";
import { type VisitorsWindow, visitorsWindow } from "../analysis/visitors-window.ts";
import type { Profile } from "../profiles/profile.ts";
import { type ProfileRun, type RunnerName, runnerNames } from "../runners/run-profile.ts";
import { mean } from "./mean.ts";
import type { MeasuredProfile, MeasuredRunner } from "./measured.ts";

type Analysed = { run: ProfileRun; path: CriticalPath; visitors: VisitorsWindow };

/** Puts together what several runs of every runner on a profile have shown. */
export function measureProfile(profile: Profile, runs: readonly ProfileRun[]): MeasuredProfile {
  const analysed = runs.flatMap((run): Analysed[] => {
    const visitors = visitorsWindow(run.events);
    return run.failure || !visitors ? [] : [{ run, path: criticalPath(run), visitors }];
  });
  const of = (runner: RunnerName) => analysed.filter(({ run }) => run.runner === runner);
  return {
    profile: profile.name,
    says: profile.says,
    criticalSeconds: mean(of("ours").map(({ path }) => path.criticalSeconds)),
    runners: runnerNames
      .filter((runner) => runs.some((run) => run.runner === runner))
      .map((runner) =>
        ofRunner(
          runner,
          runs.filter((run) => run.runner === runner),
          of(runner),
        ),
      ),
  };
}

function ofRunner(runner: RunnerName, runs: readonly ProfileRun[], good: readonly Analysed[]): MeasuredRunner {
  const windows = good.map(({ visitors }) => visitors.seconds);
  const ratios = good.map(({ path }) => path.windowSeconds / path.criticalSeconds);
  return {
    runner,
    runs: runs.length,
    failures: runs.flatMap(({ failure, events }) =>
      failure ? [failure] : visitorsWindow(events) ? [] : ["visitors met the page to the end"],
    ),
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
