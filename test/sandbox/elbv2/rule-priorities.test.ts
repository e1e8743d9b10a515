import { describe, expect, test } from "vitest";
import { inVirtualTime } from "../../virtual-time.ts";
import { answer, createElbWorld, everything, path, refuses, sleep } from "./elb-world.ts";

async function ordered(options: Parameters<typeof createElbWorld>[0] = {}) {
  const elb = createElbWorld(options);
  const { arn, addresses } = await elb.loadBalancer();
  const listener = await elb.listener(arn);
  const [a, b, c] = [
    await elb.rule(listener, 1, [everything], answer("200", "a")),
    await elb.rule(listener, 2, [everything], answer("200", "b")),
    await elb.rule(listener, 3, [path("/c")], answer("200", "c")),
  ];
  const set = (priorities: Record<string, number>) =>
    elb.client.setRulePriorities({
      RulePriorities: Object.entries(priorities).map(([RuleArn, Priority]) => ({ RuleArn, Priority })),
    });
  const order = async () =>
    (await elb.client.describeRules({ ListenerArn: listener })).Rules!.map(
      ({ Priority, RuleArn }) => `${Priority} ${["a", "b", "c"][[a, b, c].indexOf(RuleArn!)] ?? "default"}`,
    );
  return { elb, arn, addresses, listener, rules: { a, b, c }, set, order };
}

describe("SetRulePriorities", () => {
  test("moves the rules that it names, leaves the others and answers the moved ones", async () => {
    const { rules, set, order } = await ordered();
    const { Rules } = await set({ [rules.a]: 50_000, [rules.c]: 1 });
    expect(Rules!.map(({ RuleArn, Priority }) => [RuleArn, Priority])).toEqual([
      [rules.a, "50000"],
      [rules.c, "1"],
    ]);
    expect(Rules![1]!.Conditions![0]).toMatchObject({ Field: "path-pattern", Values: ["/c"] });
    expect(await order()).toEqual(["1 c", "2 b", "50000 a", "default default"]);
  });

  test("judges conflicts by the new order, so that two rules can swap", async () => {
    const { rules, set, order } = await ordered();
    await set({ [rules.a]: 2, [rules.b]: 1 });
    expect(await order()).toEqual(["1 b", "2 a", "3 c", "default default"]);
    await refuses(set({ [rules.a]: 3 }), "PriorityInUse", "Priority '3' is currently in use");
    await refuses(set({ [rules.a]: 9, [rules.b]: 9 }), "PriorityInUse");
    expect(await order()).toEqual(["1 b", "2 a", "3 c", "default default"]);
  });

  test("is one change: no address ever evaluates a half of it", () =>
    inVirtualTime(async () => {
      const slow = { rulePropagationMinimumMs: 2_000, rulePropagationMaximumMs: 10_000 };
      const { elb, addresses, rules, set } = await ordered({ elb: slow, seed: 5 });
      await sleep(10);
      await set({ [rules.a]: 2, [rules.b]: 1 });
      const seen = new Set<string>();
      for (let second = 0; second <= 10; second += 1) {
        for (const address of addresses) {
          seen.add((await elb.get(address)).body);
          const priorities = elb.state().loadBalancers[0]!.listeners[0]!.inForce[address]!.map((rule) => rule.Priority);
          expect(new Set(priorities).size).toBe(4);
        }
        await sleep(1);
      }
      expect([...seen]).toEqual(["a", "b"]);
      const changes = elb.facts("rules").filter(({ operation }) => operation === "SetRulePriorities");
      expect(changes.map(({ change }) => change)).toEqual(["accepted", "in-force", "in-force"]);
      expect(new Set(changes.map(({ address }) => address))).toEqual(new Set([undefined, ...addresses]));
      await elb.stop();
    }));

  test("refuses the default rule, rules of another listener, rules that are gone and what is no priority", async () => {
    const { elb, arn, listener, rules, set, order } = await ordered();
    const { Rules } = await elb.client.describeRules({ ListenerArn: listener });
    await refuses(set({ [Rules!.at(-1)!.RuleArn!]: 9 }), "OperationNotPermitted", /Default rule/);
    const stranger = await elb.rule(await elb.listener(arn, answer("200", ""), 81), 1, [everything]);
    await refuses(set({ [rules.a]: 9, [stranger]: 8 }), "ValidationError", /does not belong to the listener/);
    await elb.client.deleteRule({ RuleArn: rules.c });
    await refuses(set({ [rules.a]: 9, [rules.c]: 8 }), "RuleNotFound");
    await refuses(set({ [rules.a]: 0 }), "ValidationError", /greater than or equal to 1/);
    await refuses(set({ [rules.a]: 50_001 }), "ValidationError", /less than or equal to 50000/);
    await refuses(set({}), "ValidationError");
    const twice = [1, 2].map((Priority) => ({ RuleArn: rules.a, Priority }));
    await refuses(elb.client.setRulePriorities({ RulePriorities: twice }), "ValidationError", /only one priority/);
    expect(await order()).toEqual(["1 a", "2 b", "default default"]);
  });
});
