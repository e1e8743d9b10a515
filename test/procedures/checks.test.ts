import { expect, test } from "vitest";
import type { Check, CheckInput } from "../../src/procedures/checks/check.ts";
import { runCheck } from "../../src/procedures/checks.ts";

const input = {} as CheckInput;
const broken: Check = {
  name: "broken",
  looked: () => "the services",
  expected: "no surprise",
  find: () => {
    throw new TypeError("cannot read properties of undefined");
  },
};

test("a check that throws fails with the error, and says what it looked at", () => {
  expect(runCheck(broken, input)).toEqual({
    name: "broken",
    outcome: "failed",
    looked: "the services",
    expected: "no surprise",
    found: "the check itself failed: TypeError: cannot read properties of undefined",
    fix: expect.stringContaining("report this"),
  });
});

test("a check that cannot even say what it looked at still fails alone", () => {
  const mute: Check = { ...broken, looked: () => (input.target as { name: string }).name };
  expect(runCheck(mute, input)).toMatchObject({ outcome: "failed", looked: expect.stringContaining("TypeError") });
});
