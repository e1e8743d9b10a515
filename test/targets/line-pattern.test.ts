import { expect, test } from "vitest";
import { linePattern } from "../../src/targets/line-pattern.ts";

test("a text stays a text, and what stands between slashes is a regular expression", () => {
  expect(linePattern("worker is ready")).toBe("worker is ready");
  expect(linePattern("/path without an end")).toBe("/path without an end");
  expect(linePattern("/ready in \\d+ ms/i")).toEqual(/ready in \d+ ms/i);
  expect(() => linePattern("/ready (/")).toThrow("Invalid regular expression");
});
