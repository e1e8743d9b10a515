import type { Switches } from "../../src/sandbox/cloud/settings.ts";
import { type CriticalPath, criticalPath } from "../analysis/critical-path.ts";
import { detectionLags, type Lag } from "../analysis/detection-lag.ts";
import { changesBy } from "../analysis/log-reading.ts";
import { type VisitorsWindow, visitorsWindow } from "../analysis/visitors-window.ts";
import { type CallCount, callsOf } from "../cost/calls.ts";
import type { EngineUse } from "../runners/outcome.ts";
import type { AnyRunner, ProfileRun } from "../runners/run-profile.ts";

/** What one run has shown: everything of its log that is kept. */
export type AnalysedRun = {
  runner: AnyRunner;
  tookMs: number;
  calls: CallCount[];
  /** Calls that change something. */
  changes: number;
  lags: Lag[];
  /** Those rows that AWS leaves open and that the cloud looked up: no other one makes a difference to this run. */
  asked: (keyof Switches)[];
  engine?: EngineUse;
} & ({ failure: string } | { failure?: undefined; path: CriticalPath; visitors: VisitorsWindow });

export function analyseRun(run: ProfileRun): AnalysedRun {
  const { runner, tookMs, engine, events, role, asked } = run;
  const visitors = visitorsWindow(events);
  const common = { runner, tookMs, engine, asked, calls: callsOf(run), changes: changesBy(events, role).length };
  if (run.failure || !visitors)
    return { ...common, lags: [], failure: run.failure ?? "visitors met the page to the end" };
  return { ...common, lags: runner === "ours" ? detectionLags(run) : [], path: criticalPath(run), visitors };
}
