import { expect, test } from "vitest";
import { type JudgedTask, planRollout } from "../../../src/sandbox/cloud/ecs/rollout-plan.ts";

const task = (
  name: string,
  state: "healthy" | "unhealthy" | "running" | "pending",
  primary = true,
): JudgedTask<string> => ({
  task: name,
  primary,
  running: state !== "pending",
  healthy: state === "healthy",
  unhealthy: state === "unhealthy",
});
const plan = (
  tasks: JudgedTask<string>[],
  {
    desired = 1,
    min = 100,
    max = 200,
    mayStart = true,
  }: { desired?: number; min?: number; max?: number; mayStart?: boolean } = {},
) => planRollout({ tasks, desiredCount: desired, minimumHealthyPercent: min, maximumPercent: max, mayStart });

test("minimumHealthyPercent rounds up and maximumPercent rounds down", () => {
  const old = ["a", "b", "c"].map((name) => task(name, "healthy", false));
  expect(plan(old, { desired: 3, min: 50, max: 150 })).toEqual({ start: 1, stop: ["a"], replace: [], spared: 0 });
});

test("at 0 percent healthy and 100 at most every old task is stopped before a new one is started", () => {
  const old = ["a", "b"].map((name) => task(name, "healthy", false));
  expect(plan(old, { desired: 2, min: 0, max: 100 })).toEqual({ start: 0, stop: ["a", "b"], replace: [], spared: 0 });
  expect(plan([], { desired: 2, min: 0, max: 100 }).start).toBe(2);
});

test("an old task stays until a new one is healthy in its stead", () => {
  expect(plan([task("old", "healthy", false), task("new", "running")]).stop).toEqual([]);
  expect(plan([task("old", "healthy", false), task("new", "healthy")]).stop).toEqual(["old"]);
});

test("scaling in prefers tasks that are not up yet", () => {
  const tasks = [task("a", "healthy"), task("b", "pending"), task("c", "healthy")];
  expect(plan(tasks, { desired: 2 })).toEqual({ start: 0, stop: ["b"], replace: [], spared: 0 });
});

test("at desired count 0 everything stops, of whatever deployment", () => {
  expect(plan([task("a", "healthy"), task("b", "unhealthy", false)], { desired: 0, mayStart: false }).stop).toEqual([
    "a",
    "b",
  ]);
});

test("an unhealthy task is replaced before it is stopped, where there is room for both", () => {
  expect(plan([task("sick", "unhealthy")])).toEqual({ start: 1, stop: [], replace: [], spared: 0 });
  expect(plan([task("sick", "unhealthy"), task("new", "pending")])).toEqual({
    start: 0,
    stop: [],
    replace: [],
    spared: 0,
  });
  expect(plan([task("sick", "unhealthy"), task("new", "healthy")])).toEqual({
    start: 0,
    stop: [],
    replace: ["sick"],
    spared: 0,
  });
});

test("an unhealthy task is stopped first, one at a time, where there is no room for a replacement", () => {
  const sick = [task("a", "unhealthy"), task("b", "unhealthy")];
  expect(plan(sick, { desired: 2, min: 0, max: 100 })).toEqual({ start: 0, stop: [], replace: ["a"], spared: 0 });
});

test("a failed deployment starts nothing and stops no old task", () => {
  const tasks = [task("old", "healthy", false), task("new", "running")];
  expect(plan(tasks, { desired: 2, mayStart: false })).toEqual({ start: 0, stop: [], replace: [], spared: 0 });
});
