import { expect, test } from "vitest";
import { resultOf, scenarioWith } from "../fakes/scenarios.ts";
import type { CallSeen, Hit } from "../result.ts";
import type { CallFault } from "../singles/faults-on-calls.ts";
import { didHit } from "./did-hit.ts";

const seen = (nth: number): CallSeen => ({ phase: "stop", service: "ECS", operation: "DescribeTasks", nth });
const fault = (which: "first" | "last", times: CallFault["times"] = "once"): CallFault => ({
  ...{ call: { call: seen(3), which, stands: 1, nthOfAll: 3 }, fault: "reset", times },
});
const hitAt = (more: Partial<Hit> = {}): Hit => ({ kind: "call", what: "reset", ...seen(3), ...more });
const of = (calls: number, hits: Hit[]) =>
  resultOf(scenarioWith(), { calls: Array.from({ length: calls }, (_, index) => seen(index + 1)), hits });

test("a fault did hit where a call of its kind in its phase met it", () => {
  for (const times of ["once", "for ever"] as const) {
    expect(didHit(fault("first", times), of(9, [hitAt()]), { isAlone: false })).toBe(true);
    expect(didHit(fault("first", times), of(9, [hitAt({ phase: "open" })]), { isAlone: false })).toBe(false);
    expect(didHit(fault("first", times), of(9, [hitAt({ what: "lost" })]), { isAlone: false })).toBe(false);
    expect(didHit(fault("first", times), of(9, []), { isAlone: true })).toBe(false);
  }
});

test("the last call was hit where nothing but its repetition came after it, as it does where nothing else disturbs the phase", () => {
  expect(didHit(fault("last"), of(4, [hitAt()]), { isAlone: false })).toBe(true);
  expect(didHit(fault("last"), of(5, [hitAt()]), { isAlone: false })).toBe(false);
  expect(didHit(fault("last"), of(5, [hitAt()]), { isAlone: true })).toBe(true);
});
