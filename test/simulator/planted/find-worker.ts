import type { Scenario } from "../scenario.ts";
import { type Restriction, scenarioOfSeed } from "../scenario-of-seed.ts";
import { bugNamed } from "./catalogue.ts";
import { type Found, runPlanted, shows } from "./planted-run.ts";

/** Asked of a worker: the first of these seeds that shows the bug and, where none does, whether the history that is kept for it does. */
export type Search = { name: string; seeds: number[]; kept?: Scenario };
/** `otherwise`: seeds that went wrong with the bug in a way that it may not be found by, or without it too. */
export type Searched = { name: string; runs: number; found?: Found; otherwise: string[] };

/** Production code as it is must survive the same history, or the history shows nothing of the bug. */
async function search({ name, seeds, kept }: Search): Promise<Searched> {
  const bug = bugNamed(name);
  const otherwise: string[] = [];
  for (const [index, seed] of seeds.entries()) {
    const result = await runPlanted(scenarioOfSeed(seed, bug.restriction), bug);
    const found = shows(bug, result);
    const wrong = [...result.violations.map(({ invariant, message }) => `${invariant}: ${message}`), ...result.hangs];
    if (!found) {
      if (wrong[0]) otherwise.push(`seed ${seed}: ${wrong[0]}`);
      continue;
    }
    const without = await wrongWithout(seed, bug.restriction ?? {});
    if (without === undefined) return { name, runs: index + 1, found: { seed, ...found }, otherwise };
    otherwise.push(`seed ${seed}, without the bug too: ${without}`);
  }
  if (!kept) return { name, runs: seeds.length, otherwise };
  const found = shows(bug, await runPlanted(kept, bug));
  return { name, runs: seeds.length + 1, otherwise, ...(found && { found: { seed: "history", ...found } }) };
}

const known = new Map<string, Promise<string | undefined>>();

/** What goes wrong in a history of production code as it is. */
function wrongWithout(seed: number, restriction: Restriction): Promise<string | undefined> {
  const key = JSON.stringify([seed, restriction]);
  const result =
    known.get(key) ??
    runPlanted(scenarioOfSeed(seed, restriction)).then(
      ({ violations, hangs }) => [...violations.map(({ message }) => message), ...hangs][0],
    );
  known.set(key, result);
  return result;
}

process.on("message", (asked: Search) => {
  search(asked).then(
    (searched) => process.send?.(searched),
    (error: Error) => {
      process.send?.({
        name: asked.name,
        runs: 0,
        otherwise: [`the search itself failed: ${error.stack}`],
      } satisfies Searched);
    },
  );
});
