import type { Scenario } from "../scenario.ts";
import type { Restriction } from "../scenario-of-seed.ts";

/** A history that is to be run, and how people find it again. */
export type Item = {
  label: string;
  scenario: Scenario;
  /** Arguments that draw it anew. Without them it is replayed from its file. */
  args?: string;
};

/** The histories of so many seeds, each drawn when it is its turn. */
export function* itemsOfSeeds(
  { seed, runs, restriction }: { seed: number; runs: number; restriction: Restriction },
  scenarioOfSeed: (seed: number, restriction: Restriction) => Scenario,
): Generator<Item> {
  const only = restriction.procedure ? ` --procedure ${restriction.procedure}` : "";
  for (let each = seed; each < seed + runs; each += 1)
    yield { label: `seed ${each}`, scenario: scenarioOfSeed(each, restriction), args: `--seed ${each}${only}` };
}
