import fc from "fast-check";
import { expect, test } from "vitest";
import { quickened } from "../../src/procedures/quick-health-checks.ts";

test("the load balancer's own defaults become a check every six seconds that is as patient as before", () => {
  expect(quickened({ intervalSeconds: 30, timeoutSeconds: 5, healthyThreshold: 5, unhealthyThreshold: 2 })).toEqual({
    intervalSeconds: 6,
    timeoutSeconds: 5,
    healthyThreshold: 2,
    unhealthyThreshold: 10,
  });
});

test("what is as quick as can be stays as it is", () => {
  expect(
    quickened({ intervalSeconds: 5, timeoutSeconds: 4, healthyThreshold: 5, unhealthyThreshold: 2 }),
  ).toBeUndefined();
});

const times = fc
  .record({
    intervalSeconds: fc.integer({ min: 5, max: 300 }),
    timeoutSeconds: fc.integer({ min: 2, max: 120 }),
    healthyThreshold: fc.integer({ min: 2, max: 10 }),
    unhealthyThreshold: fc.integer({ min: 2, max: 10 }),
  })
  .filter(({ intervalSeconds, timeoutSeconds }) => timeoutSeconds < intervalSeconds);

test("is never stricter than before, nor what a load balancer refuses", () => {
  fc.assert(
    fc.property(times, (before) => {
      const inside = quickened(before);
      if (!inside) return;
      expect(inside.intervalSeconds).toBeGreaterThanOrEqual(5);
      expect(inside.intervalSeconds).toBeLessThan(before.intervalSeconds);
      expect(inside.timeoutSeconds).toBe(before.timeoutSeconds);
      expect(inside.timeoutSeconds).toBeLessThan(inside.intervalSeconds);
      expect(inside.healthyThreshold).toBe(2);
      expect(inside.unhealthyThreshold).toBeLessThanOrEqual(10);
      expect(inside.intervalSeconds * inside.unhealthyThreshold).toBeGreaterThanOrEqual(
        before.intervalSeconds * before.unhealthyThreshold,
      );
    }),
  );
});
