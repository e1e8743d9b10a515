import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { measurements } from "../../src/confirm/measurements.ts";

test("the documentation has every measurement, in order", () => {
  const rows = readFileSync("docs/confirm.md", "utf8").matchAll(/^\| `([a-z-]+)` \|/gm);
  expect([...rows].map(([, name]) => name)).toEqual(measurements.map(({ name }) => name));
});
