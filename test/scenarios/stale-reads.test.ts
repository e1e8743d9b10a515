import { expect, test } from "vitest";
import type { Staleness } from "../../src/sandbox/cloud/stale-reads.ts";
import { at, judgedUpgrade } from "../simulation/judged-upgrade.ts";
import { inVirtualTime } from "../virtual-time.ts";

const quick = { migrationMs: 5_000, latencies: ["rds: { snapshotMs: 5000 }"] };
const upgradeWith = (staleness: Staleness, from = "prepare/begin") =>
  inVirtualTime(() =>
    judgedUpgrade({
      cloud: quick,
      visitEveryMs: 2_000,
      meddle: at(from, ({ staleReads }) => void staleReads.begin(staleness)),
    }),
  );

test("rules that are still listed after they were deleted keep no other rule from being deleted", {
  timeout: 60_000,
}, async () => {
  const staleness = { service: "Elastic Load Balancing v2", lagMs: 5_000, order: "late" } as const;
  const { state, violations } = await upgradeWith(staleness);
  expect(violations).toEqual([]);
  expect(state).toMatchObject({ status: "succeeded", leftovers: [] });
});

test.each(["ECS", "RDS"] as const)(
  "an upgrade succeeds while answers of %s are as old as they like, in any order",
  { timeout: 60_000 },
  async (service) => {
    const { state, violations } = await upgradeWith({ service, lagMs: 8_000, order: "flapping" });
    expect(violations).toEqual([]);
    expect(state).toMatchObject({ status: "succeeded", leftovers: [] });
  },
);
