import type { CallCount } from "../cost/calls.ts";
import { type CostLine, costByHand, costOfOurs, type Sketch, stepFunctionsSketch } from "../cost/cost.ts";
import { type RunnerName, runnerNames } from "../runners/run-profile.ts";
import type { AnalysedRun } from "./analyse-run.ts";

/** What one upgrade of a profile cost each runner. */
export type MeasuredCost = {
  profile: string;
  runners: { runner: RunnerName; calls: CallCount[]; lines: CostLine[] }[];
  stepFunctions: Sketch[];
};

/** As often as ours looks, and as often as the AWS CLI's waiters do. */
const SKETCHED_POLLS_SECONDS = [1, 15];

/** Of the first run of each runner. */
export function measureCost(profile: string, runs: readonly AnalysedRun[]): MeasuredCost {
  const first = runnerNames.flatMap((runner) => {
    const run = runs.find((each) => each.runner === runner);
    return run ? [{ ...run, runner }] : [];
  });
  const ours = first.find(({ runner }) => runner === "ours");
  return {
    profile,
    runners: first.map(({ runner, calls, engine, tookMs }) => ({
      runner,
      calls,
      lines: engine ? costOfOurs(engine) : costByHand(tookMs),
    })),
    stepFunctions: ours
      ? SKETCHED_POLLS_SECONDS.map((pollSeconds) =>
          stepFunctionsSketch({ changes: ours.changes, waitedSeconds: ours.tookMs / 1_000, pollSeconds }),
        )
      : [],
  };
}
