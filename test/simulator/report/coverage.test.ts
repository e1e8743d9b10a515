import { expect, test } from "vitest";
import { resultOf, scenarioWith } from "../fakes/scenarios.ts";
import type { Result } from "../result.ts";
import { faultKinds } from "./calls.ts";
import { createCoverage } from "./coverage.ts";
import { coverageAsText } from "./coverage-table.ts";

const runTask = { phase: "migrate", service: "ECS", operation: "RunTask" } as const;
const createRule = { phase: "close", service: "Elastic Load Balancing v2", operation: "CreateRule" } as const;

function coverageOf(...results: Partial<Result>[]) {
  const coverage = createCoverage();
  for (const result of results) coverage.add(resultOf(scenarioWith(), result));
  return coverage.report();
}

test("says which kinds of fault hit which call in which phase, and which never did", () => {
  const report = coverageOf(
    {
      calls: [createRule, createRule, runTask].map((call) => ({ ...call, nth: 1 })),
      hits: faultKinds.map((what) => ({ kind: "call", what, ...runTask })),
    },
    { calls: [{ ...createRule, nth: 1 }], hits: [{ kind: "call", what: "lost", ...createRule }] },
  );
  expect(report.calls).toEqual([
    { ...runTask, seen: 1, never: [], hits: Object.fromEntries(faultKinds.map((kind) => [kind, 1])) },
    {
      ...{ ...createRule, seen: 2, hits: { lost: 1 } },
      never: ["throttle", "internal-error", "time-out", "reset", "slow"],
    },
  ]);
  expect(report.combinations).toEqual({ hit: 7, of: 12 });
});

test("counts everything else that happened, where the runbook was killed, and how it ended", () => {
  const report = coverageOf(
    {
      hits: [
        { kind: "crash", what: "crash", ...runTask },
        { kind: "cloud", what: "task-dies", phase: "stop" },
      ],
    },
    { hits: [{ kind: "cloud", what: "task-dies", phase: "stop" }], status: "held" },
  );
  expect(report.disturbances).toEqual([
    { kind: "cloud", what: "task-dies", phase: "stop", times: 2 },
    { kind: "crash", what: "crash", phase: "migrate", times: 1 },
  ]);
  expect(report.crashPoints).toEqual([{ ...runTask, what: "crash", times: 1 }]);
  expect(report.endings).toEqual([
    { procedure: "upgrade", status: "held", runs: 1 },
    { procedure: "upgrade", status: "succeeded", runs: 1 },
  ]);
});

test("is a table for people, phases in the order in which they come", () => {
  const text = coverageAsText(
    coverageOf({
      calls: [runTask, createRule, { ...createRule, phase: "finish" as const }].map((call) => ({ ...call, nth: 1 })),
      hits: [
        { kind: "call", what: "lost", ...createRule },
        { kind: "call", what: "throttle", ...createRule },
        ...faultKinds.map((what) => ({ kind: "call" as const, what, ...runTask })),
        { kind: "crash", what: "crash", ...runTask },
      ],
    }),
  );
  expect(text).toMatchInlineSnapshot(`
    "FAULTS
                     close migrate finish
      ECS:RunTask          all
      ELB:CreateRule tl            ·

      t throttle, i internal-error, o time-out, r reset, l lost, s slow; all: every one of them; ·: the call was made there and nothing hit it.
      Of 18 combinations of call, phase and kind 8 were hit.

      Never hit, the calls that were made in most histories first:
        ELB:CreateRule  close   internal-error, time-out, reset, slow
        ELB:CreateRule  finish  anything

    OTHER DISTURBANCES
            migrate
      crash 1

    KILLED AT
                        migrate
      crash ECS:RunTask 1

    ENDINGS
              succeeded
      upgrade 1
    "
  `);
});
