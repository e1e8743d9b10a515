import { type Switches, switchesSchema } from "../../src/sandbox/cloud/settings.ts";
import type { Profile } from "../profiles/profile.ts";
import { type RunnerName, runnerNames, runProfile } from "../runners/run-profile.ts";
import { analyseRun } from "./analyse-run.ts";

/** A profile where one row that AWS leaves open has its other value, by one run each. Windows in seconds; null where it never opened. */
export type MeasuredSwitch = {
  profile: string;
  changed: keyof Switches;
  to: boolean;
  ratio: number | null;
  windows: Record<RunnerName, number | null>;
};

export const allSwitches = Object.keys(switchesSchema.shape) as (keyof Switches)[];

export async function measureSwitch(profile: Profile, changed: keyof Switches): Promise<MeasuredSwitch> {
  const to = !switchesSchema.parse({})[changed];
  const windows: MeasuredSwitch["windows"] = { ours: null, bash: null, sdk: null };
  let ratio: number | null = null;
  for (const runner of runnerNames) {
    const run = analyseRun(await runProfile(profile, runner, { switches: { [changed]: to } }));
    if (run.failure !== undefined) continue;
    windows[runner] = run.visitors.seconds;
    if (runner === "ours") ratio = run.path.windowSeconds / run.path.criticalSeconds;
  }
  return { profile: profile.name, changed, to, ratio, windows };
}
