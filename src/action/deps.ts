import type * as core from "@actions/core";
import type { Clock } from "../clock.ts";
import type { Octokits } from "./octokit.ts";
import type { WorkflowRun } from "./workflow-run.ts";

/** What the action uses of the toolkit. */
export type ActionsCore = Pick<
  typeof core,
  | "debug"
  | "endGroup"
  | "error"
  | "getIDToken"
  | "info"
  | "notice"
  | "saveState"
  | "setOutput"
  | "setSecret"
  | "startGroup"
  | "summary"
  | "warning"
>;

/** Everything outside: a test gives its own. */
export type ActionDeps = {
  core: ActionsCore;
  clock: Clock;
  /** From 0 to below 1. */
  random: () => number;
  fetch: typeof globalThis.fetch;
  /** GitHub's API. By default as the toolkit has it. */
  octokit?: Octokits;
  run: WorkflowRun;
  /** Aborts with an Interrupted when the runner sends a signal. */
  interruption: AbortSignal;
};
