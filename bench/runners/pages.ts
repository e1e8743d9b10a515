import {
  CreateRuleCommand,
  DescribeRulesCommand,
  type ElasticLoadBalancingV2Client,
  type Rule,
  type RuleCondition,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import type { SimulatedCloud } from "../../test/simulation/simulated-cloud.ts";
import { seen } from "./seen.ts";

const PAGE = [
  {
    Type: "fixed-response" as const,
    FixedResponseConfig: { StatusCode: "503", ContentType: "text/html", MessageBody: "<h1>Maintenance</h1>" },
  },
];
const EVERYTHING = [{ Field: "path-pattern", Values: ["*"] }];
const LAST_PRIORITY = 50_000;

/** Puts a page in front of every rule that forwards to one of the target groups, until every address shows all of them. Answers the pages' rules. */
export async function putUpPages(
  { world: { log }, elb: { state } }: SimulatedCloud,
  elb: ElasticLoadBalancingV2Client,
  groups: readonly string[],
): Promise<string[]> {
  const pages: string[] = [];
  let places = 0;
  for (const { addresses, listeners } of state().loadBalancers)
    for (const { arn: ListenerArn } of listeners) {
      const { Rules = [] } = await elb.send(new DescribeRulesCommand({ ListenerArn }));
      for (const rule of Rules.filter((each) => forwardsTo(each, groups))) {
        const { Rules: created = [] } = await elb.send(
          new CreateRuleCommand({
            ListenerArn,
            Priority: rule.IsDefault ? LAST_PRIORITY : Number(rule.Priority) - 1,
            Conditions: rule.IsDefault ? EVERYTHING : (rule.Conditions ?? []).map(asGiven),
            Actions: PAGE,
          }),
        );
        pages.push(created[0]!.RuleArn!);
        places += addresses.length;
      }
    }
  // No rule is in force at once.
  await seen(log, places, (event) =>
    event.kind === "rules" && event.change === "in-force" && pages.includes(event.ruleArn ?? "")
      ? `${event.ruleArn} ${event.address}`
      : undefined,
  );
  return pages;
}

const forwardsTo = ({ Actions = [] }: Rule, groups: readonly string[]): boolean =>
  Actions.some(({ TargetGroupArn }) => TargetGroupArn !== undefined && groups.includes(TargetGroupArn));

/** A condition is described with its values twice, and taken with one of them. */
function asGiven(condition: RuleCondition): RuleCondition {
  const { Values: _, ...given } = condition;
  return given;
}
