import type { Switches } from "../../src/sandbox/cloud/settings.ts";
import type { Profile } from "../profiles/profile.ts";
import type { CallTimes } from "../runners/call-times.ts";
import { type AnyRunner, runProfile } from "../runners/run-profile.ts";
import { type AnalysedRun, analyseRun } from "./analyse-run.ts";

/** One upgrade to be run and read. Plain data: another process may do it. */
export type Job = {
  profile: Profile;
  runner: AnyRunner;
  seedNumber: number;
  switches?: Partial<Switches>;
  times?: CallTimes;
};

/** Has a job done, wherever that is. */
export type RunJob = (job: Job) => Promise<AnalysedRun>;

export const runJob: RunJob = async ({ profile, runner, ...options }) =>
  analyseRun(await runProfile(profile, runner, options));
