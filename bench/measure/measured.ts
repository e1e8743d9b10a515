import type { WindowPhase } from "../analysis/strands.ts";
import type { RunnerName } from "../runners/run-profile.ts";

/** A phase of the window: what AWS and the application needed, and what the runbook added. In seconds, the mean of all runs. */
export type MeasuredPhase = { phase: WindowPhase; neededSeconds: number; addedSeconds: number };

export type MeasuredRunner = {
  runner: RunnerName;
  runs: number;
  /** Those that did not come to the end of the upgrade, in the runner's own words. */
  failures: string[];
  /** The window as visitors saw it: from their first 503 to their last. */
  windowSeconds: { mean: number; shortest: number; longest: number };
  /** Failures of other kinds that visitors met, and 503 that came from nodes and not from a page: how many in all runs. */
  otherFailures: number;
  /** The window by the log, divided by the critical path of the same run. */
  ratio: { mean: number; worst: number };
  phases: MeasuredPhase[];
};

export type MeasuredProfile = {
  profile: string;
  says: string;
  /** The mean of the critical paths of our runs: the shortest way through this profile that anybody here has found. */
  criticalSeconds: number;
  /** The window, and its ratio at its worst, of who need not look: how near to the critical path anybody can come. Undefined where that was not tried. */
  attained?: { windowSeconds: number; ratio: number };
  runners: MeasuredRunner[];
};
