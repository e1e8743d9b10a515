import type { Result } from "../result.ts";
import type { Shrunk } from "../shrink/shrink.ts";
import type { CoverageReport } from "./coverage.ts";
import type { Failure } from "./failures.ts";
import type { Tally } from "./tally.ts";

/** Whom the simulator tells what it does: a person, or a program that reads lines of JSON. */
export type Reporter = {
  /** Something worth knowing beforehand or in between. `facts` is what a program reads of it. */
  say(text: string, facts?: Record<string, unknown>): void;
  ran(label: string, result: Result): void;
  progress(tally: Tally): void;
  failed(failure: Failure, replay: string): void;
  shrunk(shrunk: Shrunk, of: { label: string; others: number; replay: string }): void;
  /** What happened in a history that was asked for by itself. */
  told(result: Result): void;
  end(report: { tally: Tally; ms: number; coverage: CoverageReport; interrupted: boolean }): void;
};
