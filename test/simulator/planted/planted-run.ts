import type { InvariantNumber } from "../../../src/sandbox/checker/verdict.ts";
import type { Result } from "../result.ts";
import type { Scenario } from "../scenario.ts";
import type { PlantedBug } from "./planted-bug.ts";

/** What showed a bug: the seed, or the history that is kept for it, and the first thing that it broke of those by which it may be found. */
export type Found = { seed: number | "history"; by: InvariantNumber | "hang"; message: string };

/** A history on production code as it is, or with a bug in it. */
export async function runPlanted(scenario: Scenario, bug?: PlantedBug): Promise<Result> {
  const query = bug ? `?plant=${bug.name}` : "";
  const { runScenario } = (await import(`../run-scenario.ts${query}`)) as typeof import("../run-scenario.ts");
  return runScenario(scenario);
}

/** The first of what went wrong that the bug may be found by; undefined where nothing shows it. */
export function shows({ foundBy }: PlantedBug, { violations, hangs }: Result): Omit<Found, "seed"> | undefined {
  const violation = violations.find(({ invariant }) => foundBy.includes(invariant));
  if (violation) return { by: violation.invariant, message: violation.message };
  const [hang] = foundBy.includes("hang") ? hangs : [];
  return hang === undefined ? undefined : { by: "hang", message: hang };
}
