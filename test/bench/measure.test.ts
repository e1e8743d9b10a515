import { expect, it } from "vitest";
import type { AnalysedRun } from "../../bench/measure/analyse-run.ts";
import { eachOnce } from "../../bench/measure/each-once.ts";
import type { Job } from "../../bench/measure/job.ts";
import { levers as everyLever } from "../../bench/measure/levers.ts";
import { measure } from "../../bench/measure/measure.ts";
import { allSwitches } from "../../bench/measure/measure-switches.ts";
import { profiles } from "../../bench/profiles/profiles.ts";
import { createProgress } from "../../bench/progress.ts";
import { runnerNames, runProfile } from "../../bench/runners/run-profile.ts";

const profile = profiles[0]!;

/** Runs that last longer where a row has its other value, and that look up nothing but one. */
function measured() {
  const jobs: Job[] = [];
  const run = async (job: Job): Promise<AnalysedRun> => {
    jobs.push(job);
    const seconds = job.switches ? 90 : 60;
    return {
      ...{ runner: job.runner, tookMs: 0, calls: [], changes: 0, lags: [], asked: ["rulesSwitchTogether"] },
      visitors: { seconds, otherFailures: 0 },
      path: { windowSeconds: seconds, criticalSeconds: 60, phases: [] },
    };
  };
  return { jobs, run };
}

it("runs again only what a row can have changed that AWS leaves open", async () => {
  const { jobs, run } = measured();
  const { switches } = await measure({ profiles: [profile], seeds: 2, switches: true, levers: false, run });
  expect(jobs.filter((job) => job.switches)).toEqual(
    runnerNames.map((runner) => ({ profile, runner, seedNumber: 1, switches: { rulesSwitchTogether: true } })),
  );
  expect(jobs).toHaveLength(2 * (runnerNames.length + 1) + runnerNames.length);
  expect(switches.map(({ changed }) => changed)).toEqual(allSwitches);
  expect(new Set(switches.map(({ changed, ratio }) => `${changed === "rulesSwitchTogether"} ${ratio}`))).toEqual(
    new Set(["true 1.5", "false 1"]),
  );
});

it("measures each option by itself, and runs nothing twice that is the same", async () => {
  const { jobs, run } = measured();
  const said: string[] = [];
  const once = eachOnce(run, (howFar) => said.push(howFar));
  const { levers } = await measure({ profiles: [profile], seeds: 1, switches: false, levers: true, run: once });
  expect(levers.map(({ lever }) => lever)).toEqual(
    everyLever.filter(({ on }) => on === profile.name).map(({ name }) => name),
  );
  const ours = jobs.filter(({ runner }) => runner === "ours").map((job) => JSON.stringify(job));
  expect(ours).toHaveLength(new Set(ours).size);
  expect(ours.filter((job) => job === JSON.stringify({ profile, runner: "ours", seedNumber: 1 }))).toHaveLength(1);
  expect(said.at(-1)).toBe(`${jobs.length} of ${jobs.length} runs`);
});

it("comes to the same with either value of a row that the cloud has never looked up", async () => {
  const [before, after] = [
    await runProfile(profile, "bash"),
    await runProfile(profile, "bash", { switches: { stopTaskCutsDraining: true } }),
  ];
  expect(before.asked).not.toContain("stopTaskCutsDraining");
  expect(before.asked).toContain("rulesSwitchTogether");
  expect(after.events).toEqual(before.events);
});

it("says now and then how far everything is, and on a terminal always on the same line", () => {
  const said = (isTerminal: boolean) => {
    const texts: string[] = [];
    let at = 0;
    const progress = createProgress({ write: (text) => texts.push(text), isTerminal, now: () => at, columns: 30 });
    progress.say("runs", "1 of 9");
    progress.say("real time", "the script");
    at = 12_000;
    progress.say("runs", "2 of 9");
    progress.done("runs");
    return texts;
  };
  expect(said(false)).toEqual(["0 s · runs: 1 of 9\n", "12 s · runs: 2 of 9 · real time: the script\n"]);
  expect(said(true).at(-1)).toBe("\r\u001b[2Kreal time: the script");
  expect(said(true)[2]).toBe("\r\u001b[2Kruns: 2 of 9 · real time: the");
});
