import type { Scenario } from "./scenario.ts";

export type Restriction = { procedure?: Scenario["procedure"]["procedure"] };

/** The history that a seed stands for. */
export function scenarioOfSeed(seed: number, restriction: Restriction = {}): Scenario {
  throw new Error(`not there yet: ${seed} ${JSON.stringify(restriction)}`);
}
