import type { Bundles } from "../sandbox/bundles.ts";
import type { Course, Ending } from "./breakages.ts";
import type { Claim } from "./claims.ts";
import type { Evidence } from "./evidence.ts";
import type { Row } from "./report.ts";
import type { Stage } from "./stage.ts";
import type { Terminal } from "./terminal.ts";
import type { Visitors } from "./visitors.ts";

/** One procedure, as it is shown to somebody who sees it for the first time. */
export type Show = {
  /** What there is in the beginning. */
  heading: string;
  changes?: Course["changes"];
  /** What is otherwise than on AWS, where that is worth a line. */
  aside?: string;
  play(scene: Scene): Promise<Played>;
};

export type Scene = {
  root: string;
  bundles: Bundles;
  stage: Stage;
  terminal: Terminal;
  /** Where files are kept that may be looked at afterwards. */
  directory: string;
  /** Ends everything. */
  signal: AbortSignal;
  /** Visitors come, at once or later, and go on reading and writing. */
  visit(options?: { from?: Promise<void> }): Visitors;
  cleanup: AsyncDisposableStack;
};

export type Played = {
  ending: Ending;
  /** Why it ends so. */
  because: string;
  evidence: Evidence;
  claims: Claim[];
  /** What only this procedure shows in the table at the end. */
  rows?: Row[];
  summary?: string;
};

/** How long visitors show, before an operation and after it, that all is well. */
export const CALM_MS = 2_500;
