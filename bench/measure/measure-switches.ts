import { type Switches, switchesSchema } from "../../src/sandbox/cloud/settings.ts";
import type { Profile } from "../profiles/profile.ts";
import { type RunnerName, runnerNames } from "../runners/run-profile.ts";
import type { AnalysedRun } from "./analyse-run.ts";
import type { RunJob } from "./job.ts";

/** A profile where one row that AWS leaves open has its other value, by one run each. Windows in seconds; null where it never opened. */
export type MeasuredSwitch = {
  profile: string;
  changed: keyof Switches;
  to: boolean;
  ratio: number | null;
  windows: Record<RunnerName, number | null>;
};

export const allSwitches = Object.keys(switchesSchema.shape) as (keyof Switches)[];

/**
 * One more run of each runner, besides its first one on the profile. A runner whose first run has never looked the row up comes to the same with
 * either value, since the same seed leaves nothing to chance: that run counts for both.
 */
export async function measureSwitch(
  profile: Profile,
  changed: keyof Switches,
  { first, run }: { first: (runner: RunnerName) => Promise<AnalysedRun>; run: RunJob },
): Promise<MeasuredSwitch> {
  const to = !switchesSchema.parse({})[changed];
  const windows: MeasuredSwitch["windows"] = { ours: null, bash: null, sdk: null };
  let ratio: number | null = null;
  await Promise.all(
    runnerNames.map(async (runner) => {
      const before = await first(runner);
      const after = before.asked.includes(changed)
        ? await run({ profile, runner, seedNumber: 1, switches: { [changed]: to } })
        : before;
      if (after.failure !== undefined) return;
      windows[runner] = after.visitors.seconds;
      if (runner === "ours") ratio = after.path.windowSeconds / after.path.criticalSeconds;
    }),
  );
  return { profile: profile.name, changed, to, ratio, windows };
}
