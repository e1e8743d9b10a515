import { expect, test } from "vitest";
import type { FaultRule } from "../../src/sandbox/cloud/faults.ts";
import { judgedUpgrade } from "../simulation/judged-upgrade.ts";
import { inVirtualTime } from "../virtual-time.ts";

const quick = { migrationMs: 5_000, latencies: ["rds: { snapshotMs: 5000 }"] };
const upgradeWith = (rules: FaultRule[]) =>
  inVirtualTime(() =>
    judgedUpgrade({
      cloud: quick,
      visitEveryMs: 2_000,
      meddle: ({ faults }) => {
        for (const rule of rules) faults.add(rule);
      },
    }),
  );

const ELB = "Elastic Load Balancing v2";
/** Every mutation of an upgrade, by its place among the calls of its kind, and how it ends where that call fails for good. */
const mutations: [service: string, operation: string, nth: number, ending: string][] = [
  ["ECS", "RegisterTaskDefinition", 1, "rolled-back"],
  ["Application Auto Scaling", "RegisterScalableTarget", 1, "rolled-back"],
  ["ECS", "UpdateService", 1, "rolled-back"],
  [ELB, "CreateRule", 1, "rolled-back"],
  [ELB, "CreateRule", 2, "rolled-back"],
  [ELB, "ModifyTargetGroupAttributes", 1, "rolled-back"],
  ["ECS", "UpdateService", 2, "held"], // the service cannot be told to run again either
  ["RDS", "CreateDBSnapshot", 1, "rolled-back"],
  ["ECS", "RunTask", 1, "held"],
  [ELB, "RegisterTargets", 1, "held"],
  ["ECS", "UpdateService", 3, "held"],
  [ELB, "DeregisterTargets", 1, "held"],
  ["ECS", "StopTask", 1, "held"],
  [ELB, "DeleteRule", 1, "held"],
  [ELB, "DeleteRule", 2, "succeeded"],
  [ELB, "ModifyTargetGroupAttributes", 2, "succeeded"],
  ["ECS", "UpdateService", 4, "succeeded"],
  ["Application Auto Scaling", "RegisterScalableTarget", 2, "succeeded"],
  ["RDS", "AddTagsToResource", 1, "succeeded"],
];

test("these are all mutations of an upgrade", { timeout: 60_000 }, async () => {
  const { cloud } = await upgradeWith([]);
  const made = cloud.world.log.after().flatMap((event) => {
    const ours = event.kind === "call" && event.caller.includes("intermission-runbook") && event.service !== "DynamoDB";
    return ours && !/^(Describe|List|Get)/.test(event.operation) ? [`${event.service}:${event.operation}`] : [];
  });
  expect(made).toEqual(mutations.map(([service, operation]) => `${service}:${operation}`));
});

test("every one of them may take effect without an answer, three times", { timeout: 60_000 }, async () => {
  // The SDK repeats a call twice, and then the step runs again: the fourth is answered.
  const lost = mutations.map(
    ([service, operation, nth]): FaultRule => ({ service, operation, nth: 4 * nth - 3, count: 3, fault: "lost" }),
  );
  const { state, violations } = await upgradeWith(lost);
  expect(violations).toEqual([]);
  expect(state).toMatchObject({ status: "succeeded", leftovers: [] });
});

test.each(mutations)("%s:%s, number %i, may fail for good: %s", { timeout: 60_000 }, async (...at) => {
  const [service, operation, nth, ending] = at;
  const run = await upgradeWith([{ service, operation, nth, count: 1_000, fault: "internal-error" }]);
  // What could not be put back is listed; the judge wants a rule that is left over listed once for each address as well.
  expect(run.violations.filter(({ invariant }) => invariant !== 7)).toEqual([]);
  expect(run.state.status).toBe(ending);
});
