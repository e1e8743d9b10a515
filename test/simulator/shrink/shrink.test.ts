import { expect, test } from "vitest";
import { broken, crashAt, resultOf, scenarioWith } from "../fakes/scenarios.ts";
import type { Run } from "../pool/work.ts";
import type { Disturbance, Scenario } from "../scenario.ts";
import { wrongWithScenario } from "../scenario-schema.ts";
import { shrink } from "./shrink.ts";
import { fewer, smallerThan } from "./smaller.ts";

const throttled: Disturbance = {
  kind: "call",
  phase: "stop",
  service: "ECS",
  operation: "ListTasks",
  nth: 9,
  count: 40,
  fault: "throttle",
};
const large = scenarioWith({
  seed: 4711,
  shape: "aurora",
  callMs: 250,
  procedure: { procedure: "upgrade", snapshot: "none", onFailure: "hold", approval: "before-open" },
  application: { migrationMs: 20_000, breakage: "hang", followerBreakage: "crash" },
  switches: { rulesSwitchTogether: true, stopTaskCutsDraining: true },
  disturbances: [
    crashAt(1),
    throttled,
    crashAt(7),
    { kind: "runs-twice", at: { phase: "open", afterMs: 5_000 } },
    crashAt(3),
  ],
  choices: [4, 2, 1],
});

/** Breaks an invariant where a condition holds, and says what was run. */
function failingWhere(condition: (scenario: Scenario) => boolean, invariant: 3 | 8 = 3) {
  const seen: Scenario[] = [];
  const run: Run = async (scenario) => {
    seen.push(scenario);
    return resultOf(scenario, condition(scenario) ? { violations: [broken(invariant)] } : {});
  };
  return { run, seen, failed: resultOf(large, { violations: [broken(invariant)] }) };
}
const hasCrashAt = (nth: number) => (scenario: Scenario) =>
  scenario.disturbances.some((each) => each.kind === "crash" && "nth" in each.at && each.at.nth >= nth);

test("leaves nothing but what the failure needs", async () => {
  const needs = (scenario: Scenario) =>
    hasCrashAt(2)(scenario) &&
    scenario.disturbances.some(({ kind }) => kind === "runs-twice") &&
    scenario.shape === "aurora";
  const { run, seen, failed } = failingWhere(needs);
  const { result, runs, isSmallest } = await shrink(failed, { run, width: 1, budget: 1_000 });
  expect(isSmallest).toBe(true);
  expect(runs).toBe(seen.length);
  expect(result.scenario).toEqual(
    scenarioWith({
      seed: 1,
      shape: "aurora",
      latencies: {},
      application: { migrationMs: 0 },
      disturbances: [{ kind: "runs-twice", at: { phase: "open", afterMs: 0 } }, crashAt(2)],
      choices: [],
    }),
  );
});

test("finds the same however many are tried at a time", async () => {
  const { run, failed } = failingWhere(hasCrashAt(3));
  const one = await shrink(failed, { run, width: 1, budget: 1_000 });
  const many = await shrink(failed, { run, width: 7, budget: 1_000 });
  expect(many.result.scenario).toEqual(one.result.scenario);
});

test("takes no failure of another kind for the same", async () => {
  const run: Run = async (scenario) =>
    resultOf(
      scenario,
      scenario.disturbances.length === 5 ? { violations: [broken(3)] } : { violations: [broken(8)], hangs: ["stuck"] },
    );
  const failed = resultOf(large, { violations: [broken(3)] });
  expect((await shrink(failed, { run, width: 2, budget: 1_000 })).result.scenario.disturbances).toHaveLength(5);
});

test("makes a history that never ends smaller as well", async () => {
  const run: Run = async (scenario) => resultOf(scenario, hasCrashAt(7)(scenario) ? { hangs: ["stuck"] } : {});
  const { result } = await shrink(resultOf(large, { hangs: ["stuck"] }), { run, width: 2, budget: 1_000 });
  expect(result.scenario.disturbances).toEqual([crashAt(7)]);
});

test("spends no more runs than it may", async () => {
  const { run, seen, failed } = failingWhere(hasCrashAt(2));
  const { runs, isSmallest } = await shrink(failed, { run, width: 4, budget: 10 });
  expect({ runs, ran: seen.length, isSmallest }).toEqual({ runs: 10, ran: 10, isSmallest: false });
});

test("tries nothing but histories, each of them another", () => {
  const steps = [...smallerThan(large)];
  expect(steps.length).toBeGreaterThan(20);
  expect(steps.flatMap(wrongWithScenario)).toEqual([]);
  expect(steps.filter((step) => JSON.stringify(step) === JSON.stringify(large))).toEqual([]);
});

test("leaves out all, halves, quarters and single ones", () => {
  expect(fewer([1, 2, 3, 4])).toEqual([[], [3, 4], [1, 2], [2, 3, 4], [1, 3, 4], [1, 2, 4], [1, 2, 3]]);
  expect(fewer([])).toEqual([]);
});
