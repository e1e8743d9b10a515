import { globSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { asInputs } from "../../src/action/as-inputs.ts";

test("whatever a check advises to ask with has an input of the action", () => {
  const sources = globSync("src/procedures/**/*.ts").map((path) => readFileSync(path, "utf8").replaceAll("\\`", "`"));
  const advised = sources.flatMap((text) => text.match(/ask with `[^`]+`/g) ?? []);
  expect(advised.length).toBeGreaterThanOrEqual(4);
  for (const advice of advised) expect(asInputs(advice)).toMatch(/^give the input [a-z-]+: /);
});
