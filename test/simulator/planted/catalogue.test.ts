import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { bugNamed, catalogue } from "./catalogue.ts";
import { filesOf, planted } from "./plant.ts";
import type { PlantedBug } from "./planted-bug.ts";

const sourceOf = (file: string) => readFile(new URL(`../../../src/${file}`, import.meta.url), "utf8");

test.each(catalogue)("$name replaces what production code has exactly once", async (bug) => {
  for (const file of filesOf(bug)) {
    const source = await sourceOf(file);
    expect(planted(bug, { file, source })).not.toBe(source);
  }
});

test("every bug has a name and a sentence of its own, and can be found by something", () => {
  const names = catalogue.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(new Set(catalogue.map(({ what }) => what)).size).toBe(names.length);
  for (const { name, what, foundBy } of catalogue) {
    expect(name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
    expect(what).toMatch(/^[A-Z].*\.$/);
    expect(foundBy).not.toEqual([]);
  }
  expect(names.length).toBeGreaterThanOrEqual(60);
});

const moved: PlantedBug = {
  name: "moved-on",
  what: "Code that is not there any more.",
  edits: [{ file: "clock.ts", find: "no such piece", put: "" }],
  foundBy: [1],
};

test.each([
  { found: "0 times", source: "other code" },
  { found: "2 times", source: "no such piece, no such piece" },
])("refuses to plant where the piece is there $found, and names the bug and the file", ({ source, found }) => {
  const count = found.slice(0, 1);
  expect(() => planted(moved, { file: "clock.ts", source })).toThrow(
    `expected the piece of src/clock.ts that the planted bug moved-on replaces to be there exactly once, found it ${count} times`,
  );
});

test("names every bug where it is asked for one that is not there", () => {
  expect(() => bugNamed("no-such-bug")).toThrow(
    /found no-such-bug\. There are backed-up-while-nodes-run, .*lock-stolen/,
  );
});
