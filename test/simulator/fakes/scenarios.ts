import type { Hit, Result } from "../result.ts";
import type { Disturbance, Scenario } from "../scenario.ts";
import { bases } from "../singles/bases.ts";

/** A history in which nothing happens, but for what is given. */
export const scenarioWith = (more: Partial<Scenario> = {}): Scenario => ({ ...bases.upgrade.scenario, ...more });

/** What comes of a history in which nothing goes wrong, but for what is given. */
export const resultOf = (scenario: Scenario, more: Partial<Result> = {}): Result => ({
  scenario,
  status: "succeeded",
  violations: [],
  hangs: [],
  calls: [],
  hits: [],
  timeline: "     0.0  requested\n",
  digest: "0".repeat(64),
  ...more,
});

/** What every fault on a call does that hits the one that is meant. */
export const hitsOf = ({ disturbances }: Scenario): Hit[] =>
  disturbances.flatMap((each) => {
    if (each.kind !== "call") return [];
    const { kind, fault, phase = "before", service, operation, nth } = each;
    return [{ kind, what: fault, phase, service, operation, nth }];
  });

export const broken = (invariant: 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9) => ({
  invariant,
  at: "2026-01-15T02:00:07.000Z",
  message: "expected one thing, found another",
  events: [1],
});

export const crashAt = (nth: number): Disturbance => ({
  kind: "crash",
  at: { side: "before", service: "ECS", operation: "RunTask", nth },
});
