import {
  CreateRuleCommand,
  type CreateRuleCommandInput,
  DeleteRuleCommand,
  DescribeAccountLimitsCommand,
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
  type ElasticLoadBalancingV2Client,
  type Rule,
  type RuleCondition,
  type RuleTransform,
  SetRulePrioritiesCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { isAwsError } from "./errors.ts";
import { tagsOfRules } from "./rule-tags.ts";
import { said, saidNumber } from "./said.ts";
import { OPERATION_TAG, ROLE_TAG } from "./tags.ts";
import { createTargetGroups } from "./target-groups.ts";

export type LoadBalancers = ReturnType<typeof createLoadBalancers>;
export type LoadBalancer = {
  arn: string;
  name: string;
  dnsName: string;
  type: string;
  scheme: string;
  vpcId: string;
  subnetIds: string[];
  /** The zones of the subnets, in their order. */
  zoneNames: string[];
  securityGroupIds: string[];
};
export type Listener = { arn: string; loadBalancerArn: string; port: number; protocol: string };
export type ListenerRule = {
  arn: string;
  listenerArn: string /** Undefined for the default rule, which comes last. */;
  priority?: number;
  conditions: RuleCondition[];
  actions: Rule["Actions"];
  /** What the target gets instead of the client's host and URL. */
  transforms?: RuleTransform[];
};
export type RulePriority = { ruleArn: string; priority: number };
export type NewRule = {
  listenerArn: string;
  priority: number;
  conditions: RuleCondition[];
  action: NewRuleAction;
  transforms?: RuleTransform[];
  tags: Record<string, string>;
};
export type NewRuleAction =
  | { type: "fixed-response"; statusCode: string; contentType: string; body: string }
  | { type: "forward"; targetGroupArn: string };

const DEFAULT_MAXIMUM_RULES = 100;

/** Calls to Elastic Load Balancing in the words of the runbook. */
export function createLoadBalancers(client: ElasticLoadBalancingV2Client) {
  async function rules(listenerArn: string): Promise<ListenerRule[]> {
    const found: ListenerRule[] = [];
    for (let marker: string | undefined; ; ) {
      const page = await client.send(new DescribeRulesCommand({ ListenerArn: listenerArn, Marker: marker }));
      found.push(...(page.Rules ?? []).map((rule) => toRule(listenerArn, rule)));
      marker = page.NextMarker;
      if (!marker) return found;
    }
  }

  /** The rules of a listener that carry the operation's tag, with all their tags. */
  async function rulesOfOperation(
    listenerArn: string,
    operationId: string,
  ): Promise<(ListenerRule & { tags: Record<string, string> })[]> {
    const candidates = (await rules(listenerArn)).filter(({ priority }) => priority !== undefined);
    const tagged = await tagsOfRules(
      client,
      candidates.map(({ arn }) => arn),
    );
    return candidates
      .map((rule) => ({ ...rule, tags: tagged.get(rule.arn) ?? {} }))
      .filter((rule) => rule.tags[OPERATION_TAG] === operationId);
  }

  return {
    rules,
    rulesOfOperation,
    ...createTargetGroups(client),

    async loadBalancers(arns: string[]): Promise<LoadBalancer[]> {
      if (arns.length === 0) return [];
      const { LoadBalancers = [] } = await client.send(new DescribeLoadBalancersCommand({ LoadBalancerArns: arns }));
      for (const arn of arns)
        said(LoadBalancers.find(({ LoadBalancerArn }) => LoadBalancerArn === arn)?.DNSName, `the address of ${arn}`);
      return LoadBalancers.map((balancer) => ({
        arn: balancer.LoadBalancerArn!,
        name: balancer.LoadBalancerName!,
        dnsName: balancer.DNSName!,
        type: balancer.Type ?? "",
        scheme: balancer.Scheme ?? "",
        vpcId: balancer.VpcId ?? "",
        subnetIds: (balancer.AvailabilityZones ?? []).flatMap(({ SubnetId }) => SubnetId ?? []),
        zoneNames: (balancer.AvailabilityZones ?? []).flatMap(({ SubnetId, ZoneName }) => (SubnetId && ZoneName) || []),
        securityGroupIds: balancer.SecurityGroups ?? [],
      }));
    },

    async listeners(loadBalancerArn: string): Promise<Listener[]> {
      const found: Listener[] = [];
      for (let Marker: string | undefined; ; ) {
        const page = await client.send(new DescribeListenersCommand({ LoadBalancerArn: loadBalancerArn, Marker }));
        found.push(
          ...(page.Listeners ?? []).map(({ ListenerArn, Port, Protocol }) => ({
            arn: said(ListenerArn, `which listener of ${loadBalancerArn} it describes`),
            loadBalancerArn,
            port: Port ?? 0,
            protocol: Protocol ?? "",
          })),
        );
        Marker = page.NextMarker;
        if (!Marker) return found;
      }
    },

    /** The call has no client token: where the priority is taken by a rule with the same tags, an earlier attempt of ours made it, and that is success. */
    async createRule(rule: NewRule): Promise<string> {
      try {
        const { Rules: [created] = [] } = await client.send(new CreateRuleCommand(createRuleInput(rule)));
        return said(created?.RuleArn, `the ARN of the rule that it made on ${rule.listenerArn}`);
      } catch (error) {
        if (!isAwsError(error, "PriorityInUseException")) throw error;
        const ours = await rulesOfOperation(rule.listenerArn, rule.tags[OPERATION_TAG]!);
        const same = ours.find(
          ({ priority, tags: found }) => priority === rule.priority && found[ROLE_TAG] === rule.tags[ROLE_TAG],
        );
        if (!same) throw error;
        return same.arn;
      }
    },

    /** Moves them all in one change: no address ever evaluates a half of it. AWS refuses it where two rules of the listener would meet. */
    async setPriorities(priorities: RulePriority[]): Promise<void> {
      await client.send(new SetRulePrioritiesCommand(setPrioritiesInput(priorities)));
    },

    /** How many rules a load balancer may have, default ones not counted. */
    async maximumRules(): Promise<number> {
      for (let marker: string | undefined; ; ) {
        const page = await client.send(new DescribeAccountLimitsCommand({ Marker: marker }));
        const limit = page.Limits?.find(({ Name }) => Name === "rules-per-application-load-balancer");
        if (limit?.Max) return Number(limit.Max);
        marker = page.NextMarker;
        if (!marker) return DEFAULT_MAXIMUM_RULES;
      }
    },

    /** A rule that is gone already is success. */
    async deleteRule(arn: string): Promise<void> {
      try {
        await client.send(new DeleteRuleCommand({ RuleArn: arn }));
      } catch (error) {
        if (!isAwsError(error, "RuleNotFoundException")) throw error;
      }
    },
  };
}

const isDefault = ({ IsDefault, Priority }: Rule): boolean => IsDefault ?? Priority === "default";

const toRule = (listenerArn: string, rule: Rule): ListenerRule => ({
  arn: said(rule.RuleArn, `which rule of ${listenerArn} it describes`),
  listenerArn,
  priority: isDefault(rule) ? undefined : saidNumber(rule.Priority, `the priority of ${rule.RuleArn}`),
  conditions: rule.Conditions ?? [],
  actions: rule.Actions ?? [],
  ...(rule.Transforms?.length && { transforms: rule.Transforms }),
});

export const createRuleInput = (rule: NewRule): CreateRuleCommandInput => ({
  ListenerArn: rule.listenerArn,
  Priority: rule.priority,
  Conditions: rule.conditions,
  Actions: [toAction(rule.action)],
  ...(rule.transforms?.length && { Transforms: rule.transforms }),
  Tags: Object.entries(rule.tags).map(([Key, Value]) => ({ Key, Value })),
});

export const setPrioritiesInput = (priorities: RulePriority[]) => ({
  RulePriorities: priorities.map(({ ruleArn, priority }) => ({ RuleArn: ruleArn, Priority: priority })),
});

const toAction = (action: NewRuleAction) =>
  action.type === "forward"
    ? { Type: "forward" as const, TargetGroupArn: action.targetGroupArn }
    : {
        Type: "fixed-response" as const,
        FixedResponseConfig: {
          StatusCode: action.statusCode,
          ContentType: action.contentType,
          MessageBody: action.body,
        },
      };
