import { beforeAll, describe, expect, it } from "vitest";
import { criticalPath } from "../../bench/analysis/critical-path.ts";
import { detectionLags, waits } from "../../bench/analysis/detection-lag.ts";
import { windowPhases } from "../../bench/analysis/strands.ts";
import { visitorsWindow } from "../../bench/analysis/visitors-window.ts";
import { callsOf } from "../../bench/cost/calls.ts";
import type { Profile } from "../../bench/profiles/profile.ts";
import { profiles } from "../../bench/profiles/profiles.ts";
import { type ProfileRun, type RunnerName, runnerNames, runProfile } from "../../bench/runners/run-profile.ts";

const profileOf = (name: string): Profile => profiles.find((profile) => profile.name === name)!;

describe.each(["small-database", "shared-alb"])("an upgrade of the profile %s", (name) => {
  const runs = new Map<RunnerName, ProfileRun>();
  const run = (runner: RunnerName) => runs.get(runner)!;
  beforeAll(async () => {
    for (const runner of runnerNames) runs.set(runner, await runProfile(profileOf(name), runner));
  }, 60_000);

  it("goes well whoever does it", () => {
    expect([...runs.values()].map(({ failure }) => failure)).toEqual([undefined, undefined, undefined]);
  });

  it("keeps the site closed for at most a twentieth longer than AWS and the application need", () => {
    const { windowSeconds, criticalSeconds } = criticalPath(run("ours"));
    expect(windowSeconds / criticalSeconds).toBeLessThanOrEqual(1.05);
    expect(windowSeconds).toBeGreaterThanOrEqual(criticalSeconds);
  });

  it("is over sooner than what people do by hand", () => {
    const [ours, bash, sdk] = runnerNames.map((runner) => visitorsWindow(run(runner).events)!.seconds);
    expect(ours).toBeLessThan(bash! * 0.6);
    expect(ours).toBeLessThan(sdk! * 0.6);
  });

  it("acts within two seconds on whatever has come true", () => {
    const lags = detectionLags(run("ours"));
    expect(lags.map(({ wait }) => wait)).toEqual(waits);
    expect(Math.max(...lags.map(({ actedSeconds, proofSeconds }) => actedSeconds - proofSeconds))).toBeLessThanOrEqual(
      2,
    );
  });

  it("is measured from the cloud's log as visitors saw it", () => {
    for (const runner of runnerNames) {
      const { windowSeconds, phases } = criticalPath(run(runner));
      expect(Math.abs(windowSeconds - visitorsWindow(run(runner).events)!.seconds)).toBeLessThan(1);
      expect(phases.map(({ phase }) => phase)).toEqual(windowPhases);
      const sum = phases.reduce((all, { cloud, waited, drawn }) => all + cloud + waited + drawn, 0);
      expect(sum).toBeCloseTo(windowSeconds, 6);
    }
  });

  it("makes each call that changes something once, and few others", () => {
    const calls = Object.fromEntries(
      callsOf(run("ours")).map(({ service, operation, calls }) => [`${service} ${operation}`, calls]),
    );
    expect(calls).toMatchObject({
      "ECS RegisterTaskDefinition": 1,
      "ECS RunTask": 1,
      "ECS StopTask": 1,
      "ECS UpdateService": 4,
      "ELB CreateRule": 2,
      "ELB DeleteRule": 2,
      "ELB RegisterTargets": 1,
      "ELB DeregisterTargets": 1,
      "ELB ModifyTargetGroupAttributes": 2,
      "Auto Scaling RegisterScalableTarget": 2,
      "RDS CreateDBSnapshot": 1,
    });
    const seconds = run("ours").tookMs / 1_000;
    const { dynamo, operations } = run("ours").engine!;
    expect((calls["ECS ListTasks"]! + calls["ECS DescribeTasks"]!) / seconds).toBeLessThan(2);
    expect(dynamo.reads / seconds).toBeLessThan(2.5);
    expect(operations).toBeLessThan(120);
  });
});
