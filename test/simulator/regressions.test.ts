import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { runScenario } from "./run-scenario.ts";
import type { Scenario } from "./scenario.ts";

const FOLDER = new URL("regressions/", import.meta.url);
/** `found`: what the history showed when it was found. */
type Regression = { found: string; seed: number; scenario: Scenario };

/** Histories in which the simulator once found something wrong, as small as they could be made: a seed means another history once the generator changes. */
describe("what the simulator once found", () => {
  for (const name of readdirSync(FOLDER).toSorted()) {
    const { found, scenario } = JSON.parse(readFileSync(new URL(name, FOLDER), "utf8")) as Regression;
    test(`${name.replace(/\.json$/, "")}: no longer ${found}`, { timeout: 60_000 }, async () => {
      const { violations, hangs } = await runScenario(scenario);
      expect({ violations, hangs }).toEqual({ violations: [], hangs: [] });
    });
  }
});
