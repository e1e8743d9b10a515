import type { RuleCondition } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { NewRule, TargetGroup } from "../aws/load-balancer.ts";
import { OPERATION_TAG, ROLE_TAG, TARGET_TAG } from "../aws/tags.ts";
import { presetOf } from "../targets/presets/preset.ts";
import type { Target } from "../targets/schema.ts";
import { type Door, doorsTo, forwardedGroups, type ListenerRules, valuesOf } from "./doors.ts";
import { renderPage } from "./page.ts";
import { type SampleRequest, sampleFor } from "./sample-request.ts";

export const BYPASS_HEADER = "x-intermission-bypass";
const LAST_PRIORITY = 50_000;
/** Values and match evaluations that one rule may have; neither limit can be raised. */
const CONDITION_VALUES = 5;

/** A closing rule with the bypass rule that goes before it, and a request that this closing rule alone answers once it is in force. */
export type Closure = { door: Door; closing: NewRule; bypass: NewRule; sample: SampleRequest };
export type Obstacle = { door: Door; problem: string };
type Input = {
  operationId: string;
  target: Target;
  targetGroups: Pick<TargetGroup, "arn" | "loadBalancerArns">[];
  leaderGroupArns: string[];
  listeners: ListenerRules[];
  bypassSecret: string;
};

/**
 * Where our rules go. Rules of others are never touched: one closing rule shadows each rule that leads to the application, directly before
 * it and with the same conditions. A copy at the very top would steal requests from other applications' rules in between. Only
 * where every rule of a listener leads to the application does one rule at the top close it.
 */
export function closures(input: Input): { closures: Closure[]; obstacles: Obstacle[] } {
  const found: Closure[] = [];
  const obstacles: Obstacle[] = [];
  for (const listener of input.listeners) {
    const doors = doorsTo(
      [listener],
      input.targetGroups.map(({ arn }) => arn),
    );
    const [first] = doors;
    if (!first) continue;
    const wholeListener = listener.rules.every((rule) => doors.some((door) => door.rule.arn === rule.arn));
    for (const door of wholeListener ? [first] : doors) {
      const conditions: RuleCondition[] =
        wholeListener || door.rule.priority === undefined ? [EVERYTHING] : door.rule.conditions.map(asInput);
      const priorities = wholeListener ? roomAtTheTop(listener) : roomBefore(listener, door);
      const sample = sampleFor(conditions, {
        ordinary: ordinaryRequest(input.target),
        earlier: wholeListener ? [] : rulesBefore(listener, door),
      });
      const problem = (wholeListener ? doors : [door])
        .map((each) => obstacle(each, { conditions, priorities, sample }))
        .find((each) => each !== undefined);
      if (problem || !priorities || !sample) obstacles.push({ door, problem: problem ?? "" });
      else found.push(closure(input, { door, conditions, priorities, sample }));
    }
  }
  return { closures: found, obstacles };
}

/** The same before anything is known but the listeners: for judging whether and where the rules fit in. */
export const closuresToCome = (input: Pick<Input, "operationId" | "target" | "targetGroups" | "listeners">) =>
  closures({
    ...input,
    leaderGroupArns: input.targetGroups.map(({ arn }) => arn),
    bypassSecret: "0".repeat(32),
  });

const EVERYTHING: RuleCondition = { Field: "path-pattern", PathPatternConfig: { Values: ["*"] } };

type Place = { door: Door; conditions: RuleCondition[]; priorities: Priorities; sample: SampleRequest };

function closure(input: Input, { door, conditions, priorities, sample }: Place): Closure {
  const rule = (role: "closing" | "bypass") => ({
    listenerArn: door.listener.arn,
    tags: { [OPERATION_TAG]: input.operationId, [TARGET_TAG]: input.target.name, [ROLE_TAG]: role },
  });
  const header: RuleCondition = {
    Field: "http-header",
    HttpHeaderConfig: { HttpHeaderName: BYPASS_HEADER, Values: [input.bypassSecret] },
  };
  // A target group belongs to one load balancer: at another one's doors the bypass leads where the door does.
  const leaderGroups = input.targetGroups.filter(
    ({ arn, loadBalancerArns }) =>
      input.leaderGroupArns.includes(arn) && loadBalancerArns.includes(door.listener.loadBalancerArn),
  );
  const bypassTo = leaderGroups.find(({ arn }) => arn === door.targetGroupArn) ?? leaderGroups[0];
  return {
    door,
    sample,
    closing: {
      ...rule("closing"),
      priority: priorities.closing,
      conditions,
      action: {
        type: "fixed-response",
        statusCode: "503",
        contentType: input.target.page.contentType,
        body: renderPage(input.target.page, input.operationId),
      },
    },
    bypass: {
      ...rule("bypass"),
      priority: priorities.bypass,
      conditions: [...conditions, header],
      action: { type: "forward", targetGroupArn: bypassTo?.arn ?? door.targetGroupArn },
    },
  };
}

type Priorities = { bypass: number; closing: number };

function roomAtTheTop({ rules }: ListenerRules): Priorities | undefined {
  const lowest = Math.min(LAST_PRIORITY + 1, ...rules.map(({ priority }) => priority ?? Number.POSITIVE_INFINITY));
  return lowest > 2 ? { bypass: lowest - 2, closing: lowest - 1 } : undefined;
}

/** The two numbers directly before the rule; after all rules for the default action. */
function roomBefore({ rules }: ListenerRules, { rule }: Door): Priorities | undefined {
  const taken = rules.flatMap(({ priority }) => priority ?? []);
  if (rule.priority === undefined) {
    const last = Math.max(0, ...taken);
    return last + 2 <= LAST_PRIORITY ? { bypass: last + 1, closing: last + 2 } : undefined;
  }
  const previous = Math.max(0, ...taken.filter((priority) => priority < rule.priority!));
  return rule.priority - previous > 2 ? { bypass: rule.priority - 2, closing: rule.priority - 1 } : undefined;
}

/** What the probes ask where nothing else is said: the ready path at the users' host. */
function ordinaryRequest(target: Target): { host: string; path: string } {
  return { host: new URL(target.url).host, path: presetOf(target).probes.ready.path };
}

const rulesBefore = ({ rules }: ListenerRules, { rule }: Door) =>
  rules.filter(({ priority = Number.POSITIVE_INFINITY }) => priority < (rule.priority ?? Number.POSITIVE_INFINITY));

function obstacle(
  door: Door,
  {
    conditions,
    priorities,
    sample,
  }: { conditions: RuleCondition[]; priorities: Priorities | undefined; sample: SampleRequest | undefined },
): string | undefined {
  const actions = door.rule.actions ?? [];
  const other = actions.find(({ Type }) => Type !== "forward");
  if (other) return `its actions include ${other.Type}, expected forward alone`;
  if (forwardedGroups(door.rule).length > 1) return "it forwards to several target groups, expected one";
  if (conditions.reduce((sum, condition) => sum + valuesOf(condition).length, 0) + 1 > CONDITION_VALUES) {
    return `with the bypass header its conditions have more than ${CONDITION_VALUES} values, which a rule may not have`;
  }
  if (!sample) return "no GET request from here can match it alone, so that its page could not be proven";
  if (!priorities)
    return door.rule.priority === undefined
      ? "no two priorities are free after the last rule"
      : `the two priorities before ${door.rule.priority} are not free`;
  return undefined;
}

/** As DescribeRules answers conditions both ways round, and CreateRule accepts only one. */
function asInput(condition: RuleCondition): RuleCondition {
  const { Values: _values, ...rest } = condition;
  const hasConfig = Object.keys(rest).some((key) => key.endsWith("Config"));
  return hasConfig ? rest : condition;
}
