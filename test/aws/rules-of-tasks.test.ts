import type { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { expect, it } from "vitest";
import { createEventBridge } from "../../src/aws/event-bridge.ts";

const clusterArn = (nth: number) => `arn:aws:ecs:eu-central-1:111122223333:cluster/crm-${nth}`;
const clusters = (count: number) => Array.from({ length: count }, (_, nth) => clusterArn(nth));
const QUEUE = "arn:aws:sqs:eu-central-1:111122223333:jobs";
const BUSES = ["default", "orders"];

/** An account whose every bus has these rules, by what they call, and what was asked of it. */
function accountWith(rules: Record<string, string[]>) {
  const calls: Record<string, number> = {};
  const answers: Record<string, (input: Record<string, string>) => object> = {
    ListEventBusesCommand: () => ({ EventBuses: BUSES.map((Name) => ({ Name })) }),
    ListRulesCommand: () => ({ Rules: Object.keys(rules).map((Name) => ({ Name })) }),
    ListRuleNamesByTargetCommand: ({ TargetArn }) => ({
      RuleNames: Object.keys(rules).filter((name) => rules[name]!.includes(TargetArn!)),
    }),
    ListTargetsByRuleCommand: ({ Rule }) => ({
      Targets: rules[Rule!]!.map((Arn) => ({
        Arn,
        ...(Arn !== QUEUE && { EcsParameters: { TaskDefinitionArn: "arn:nightly:1" } }),
      })),
    }),
    DescribeRuleCommand: ({ Name }) => ({ Name, Arn: `arn:rule/${Name}`, State: "ENABLED" }),
  };
  const send = async ({ constructor: { name }, input }: { constructor: { name: string }; input: never }) => {
    calls[name] = (calls[name] ?? 0) + 1;
    return answers[name]!(input);
  };
  return { calls, eventBridge: createEventBridge({ send } as unknown as EventBridgeClient) };
}

const RULES = { nightly: [clusterArn(1)], both: [QUEUE, clusterArn(2)], jobs: [QUEUE], elsewhere: [clusterArn(999)] };

it.each([
  { of: "few clusters", count: 3, asked: { ListRuleNamesByTargetCommand: 6, ListTargetsByRuleCommand: 4 } },
  { of: "many clusters", count: 200, asked: { ListTargetsByRuleCommand: 8 } },
])("finds the same rules in an account of $of, by whichever of the two asks less", async ({ count, asked }) => {
  const { calls, eventBridge } = accountWith(RULES);
  const found = await eventBridge.rulesOfTasks(clusters(count));
  expect(found.map(({ bus, name, runs, otherTargets }) => [bus, name, runs.length, otherTargets])).toEqual(
    BUSES.flatMap((bus) => [
      [bus, "nightly", 1, 0],
      [bus, "both", 1, 1],
    ]),
  );
  expect(calls).toEqual({ ListEventBusesCommand: 1, ListRulesCommand: 2, DescribeRuleCommand: 4, ...asked });
});

it("asks nothing of clusters in an account without rules, however many there are", async () => {
  const { calls, eventBridge } = accountWith({});
  expect(await eventBridge.rulesOfTasks(clusters(1_000))).toEqual([]);
  expect(calls).toEqual({ ListEventBusesCommand: 1, ListRulesCommand: 2 });
});
