import { expect, test } from "vitest";
import { chaos } from "../chaos/chaos.ts";

// `npm run chaos` goes on for minutes, with rollbacks and maintenances.
test("an operation whose workers are killed at random while visitors write loses and changes nothing", async () => {
  const log: string[] = [];
  const { operations, kills, acknowledged, lost, changed, violations } = await chaos({
    forMs: 1,
    seed: 2,
    report: (line) => log.push(line),
  });
  expect({ lost, changed, violations }, log.join("\n")).toEqual({ lost: 0, changed: 0, violations: [] });
  expect(operations).toHaveLength(1);
  expect(kills, log.join("\n")).toBeGreaterThan(2);
  expect(acknowledged).toBeGreaterThan(20);
});
