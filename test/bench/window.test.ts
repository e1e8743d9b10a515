import { beforeAll, describe, expect, it } from "vitest";
import { criticalPath } from "../../bench/analysis/critical-path.ts";
import { detectionLags, waits } from "../../bench/analysis/detection-lag.ts";
import { windowPhases } from "../../bench/analysis/strands.ts";
import { visitorsWindow } from "../../bench/analysis/visitors-window.ts";
import { callsOf } from "../../bench/cost/calls.ts";
import type { Profile } from "../../bench/profiles/profile.ts";
import { profiles } from "../../bench/profiles/profiles.ts";
import { ORACLE, type ProfileRun, type RunnerName, runnerNames, runProfile } from "../../bench/runners/run-profile.ts";

const profileOf = (name: string): Profile => profiles.find((profile) => profile.name === name)!;

const runs = new Map<string, ProfileRun>();
const ours = (name: string) => runs.get(`${name} ours`)!;
beforeAll(async () => {
  const run = async (name: string, runner: RunnerName) =>
    runs.set(`${name} ${runner}`, await runProfile(profileOf(name), runner));
  for (const runner of runnerNames) await run("small-database", runner);
  await run("several-services", "ours");
}, 60_000);

describe.each(["small-database", "several-services"])("an upgrade of the profile %s", (name) => {
  it("keeps the site closed for at most a twentieth longer than AWS and the application need", () => {
    const { windowSeconds, criticalSeconds } = criticalPath(ours(name));
    expect(ours(name).failure).toBeUndefined();
    expect(windowSeconds / criticalSeconds).toBeLessThanOrEqual(1.05);
    expect(windowSeconds).toBeGreaterThanOrEqual(criticalSeconds);
  });

  it("acts within two seconds on whatever has come true", () => {
    const lags = detectionLags(ours(name));
    expect(lags.map(({ wait }) => wait)).toEqual(waits);
    expect(Math.max(...lags.map(({ actedSeconds, proofSeconds }) => actedSeconds - proofSeconds))).toBeLessThanOrEqual(
      2,
    );
  });

  it("asks AWS and its own table for little", () => {
    const calls = countsOf(ours(name));
    const { engine, tookMs } = ours(name);
    const seconds = tookMs / 1_000;
    expect((calls["ECS ListTasks"]! + calls["ECS DescribeTasks"]!) / seconds).toBeLessThan(3);
    expect(engine!.dynamo.reads / seconds).toBeLessThan(3);
    expect(engine!.operations).toBeLessThan(120);
  });
});

it("could be as short as AWS and the application need, were nothing looked at", async () => {
  const oracle = await runProfile(profileOf("several-services"), ORACLE);
  expect(oracle.failure).toBeUndefined();
  const { windowSeconds, criticalSeconds } = criticalPath(oracle);
  expect(windowSeconds / criticalSeconds).toBeCloseTo(1, 3);
  const phaseOf = ({ phases }: typeof ourPath, name: string) => phases.find(({ phase }) => phase === name)!.cloud;
  const ourPath = criticalPath(ours("several-services"));
  for (const phase of ["stop", "back-up", "migrate", "scale-out"])
    expect(phaseOf(criticalPath(oracle), phase), phase).toBeCloseTo(phaseOf(ourPath, phase), 1);
});

it("is over sooner than what people do by hand", () => {
  const seconds = runnerNames.map((runner) => {
    const { failure, events } = runs.get(`small-database ${runner}`)!;
    expect(failure).toBeUndefined();
    return visitorsWindow(events)!.seconds;
  });
  expect(seconds[0]).toBeLessThan(seconds[1]! * 0.6);
  expect(seconds[0]).toBeLessThan(seconds[2]! * 0.6);
});

it("is measured by the cloud's log as visitors saw it", () => {
  for (const run of runs.values()) {
    const { windowSeconds, phases } = criticalPath(run);
    // Where listeners close one after another, visitors of the first met the page before those of the last.
    expect(Math.abs(windowSeconds - visitorsWindow(run.events)!.seconds)).toBeLessThan(3);
    expect(phases.map(({ phase }) => phase)).toEqual(windowPhases);
    const sum = phases.reduce((all, { cloud, waited, drawn }) => all + cloud + waited + drawn, 0);
    expect(sum).toBeCloseTo(windowSeconds, 6);
  }
});

it("makes each call that changes something once", () => {
  expect(countsOf(ours("small-database"))).toMatchObject({
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
});

const countsOf = (run: ProfileRun): Record<string, number> =>
  Object.fromEntries(callsOf(run).map(({ service, operation, calls }) => [`${service} ${operation}`, calls]));
