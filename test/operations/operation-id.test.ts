import fc from "fast-check";
import { expect, it } from "vitest";
import { isOperationId, newOperationId, randomIds } from "../../src/operations/operation-id.ts";

const clockAt = (ms: number) => ({ now: () => ms, sleep: async () => {} });
const ids = { hex: () => "3f9a2c" };

it("names the moment in UTC and six random digits", () => {
  expect(newOperationId(clockAt(Date.parse("2026-01-15T03:00:00.999+01:00")), ids)).toBe("op-20260115-020000-3f9a2c");
});

it("sorts by time and fits wherever it is used", () => {
  const moment = fc.integer({ min: 0, max: Date.parse("2100-01-01") });
  fc.assert(
    fc.property(moment, moment, (a, b) => {
      const [first, second] = [Math.min(a, b), Math.max(a, b)].map((ms) => newOperationId(clockAt(ms), randomIds));
      expect(isOperationId(first!)).toBe(true);
      if (Math.abs(a - b) >= 1_000) expect(first! < second!).toBe(true);
      // RDS: letters, digits and single hyphens, not at the end; an ECS client token has 64 characters at most.
      expect(first).toMatch(/^[a-z](-?[a-z0-9])*$/);
      expect(first!.length).toBeLessThanOrEqual(40);
    }),
  );
});

it("tells an id from anything else", () => {
  for (const text of [
    "",
    "op-1",
    "op-20260115-020000-3F9A2C",
    "op-20260115-020000-3f9a2c\n",
    "xop-20260115-020000-3f9a2c",
  ])
    expect(isOperationId(text)).toBe(false);
});
