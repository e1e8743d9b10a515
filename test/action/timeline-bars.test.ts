import { expect, test } from "vitest";
import { timelineBars } from "../../src/action/timeline-bars.ts";
import type { OperationState } from "../../src/operations/state.ts";
import type { Script } from "./fake-api.ts";
import { held, succeeds, untilBackedUp } from "./scripts.ts";
import { told } from "./told.ts";

const BEGIN = Date.parse("2026-01-15T02:00:00.000Z");
const seconds = (state: OperationState, now?: number) => {
  const { beginMs, endMs, runbook } = timelineBars(state, now);
  return { begin: (beginMs - BEGIN) / 1_000, end: (endMs - BEGIN) / 1_000, names: runbook.map(({ name }) => name) };
};

test("the chart of an operation that was accepted hours before its night begins with the night", () => {
  const later: Script = [
    [1, { type: "phase-started", phase: "preflight" }],
    [3, { type: "phase-finished", phase: "preflight", outcome: "done" }],
    [4, { type: "waiting", for: "start", until: "2026-01-15T12:00:00.000Z" }],
    [36_000, { type: "waited" }],
    [36_001, { type: "phase-started", phase: "preflight" }],
  ];
  const waiting = told(later.slice(0, 3));
  const begun = told(later);
  const at = (state: OperationState) => ({
    ...state,
    request: { ...state.request, notBefore: "2026-01-15T12:00:00.000Z" },
  });
  expect(seconds(at(waiting), BEGIN + 60_000)).toEqual({
    begin: 0,
    end: 60,
    names: ["preflight 2.0 s", "waits for its time, 56.0 s so far"],
  });
  expect(seconds(at(begun))).toEqual({ begin: 36_000, end: 36_001, names: ["preflight goes on, 0.0 s so far"] });
});

test("what has no end yet reaches to now, also where it is held, and what is over does not", () => {
  const now = BEGIN + 3_600_000;
  expect(seconds(told(untilBackedUp), now).end).toBe(3_600);
  expect(seconds(told(held), now).names.at(-1)).toBe("held for a person to decide, 53 min 29 s so far");
  expect(seconds(told(succeeds), now).end).toBe(436);
});

test("a runner's clock that is behind draws nothing backwards", () => {
  expect(seconds(told(untilBackedUp), BEGIN - 3_600_000).end).toBe(340);
});
