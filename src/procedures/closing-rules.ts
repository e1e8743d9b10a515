import type { RuleCondition } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { NewRule } from "../aws/load-balancer.ts";
import { OPERATION_TAG, ROLE_TAG, TARGET_TAG } from "../aws/tags.ts";
import type { Target } from "../targets/schema.ts";
import { type Door, doorsTo, forwardedGroups, type ListenerRules, valuesOf } from "./doors.ts";
import { renderPage } from "./page.ts";

export const BYPASS_HEADER = "x-intermission-bypass";
const LAST_PRIORITY = 50_000;
/** Values and match evaluations that one rule may have; neither limit can be raised. */
const CONDITION_VALUES = 5;

/** A closing rule with the bypass rule that goes before it. */
export type Closure = { door: Door; closing: NewRule; bypass: NewRule };
export type Obstacle = { door: Door; problem: string };
type Input = {
  operationId: string;
  target: Target;
  targetGroupArns: string[];
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
    const doors = doorsTo([listener], input.targetGroupArns);
    const [first] = doors;
    if (!first) continue;
    const wholeListener = listener.rules.every((rule) => doors.some((door) => door.rule.arn === rule.arn));
    for (const door of wholeListener ? [first] : doors) {
      const conditions: RuleCondition[] =
        wholeListener || door.rule.priority === undefined ? [EVERYTHING] : door.rule.conditions.map(asInput);
      const priorities = wholeListener ? roomAtTheTop(listener) : roomBefore(listener, door);
      const problem = obstacle(door, conditions, priorities);
      if (problem || !priorities) obstacles.push({ door, problem: problem ?? "" });
      else found.push(closure(input, { door, conditions, priorities }));
    }
  }
  return { closures: found, obstacles };
}

const EVERYTHING: RuleCondition = { Field: "path-pattern", PathPatternConfig: { Values: ["*"] } };

function closure(input: Input, at: { door: Door; conditions: RuleCondition[]; priorities: Priorities }): Closure {
  const { door, conditions, priorities } = at;
  const rule = (role: "closing" | "bypass") => ({
    listenerArn: door.listener.arn,
    tags: { [OPERATION_TAG]: input.operationId, [TARGET_TAG]: input.target.name, [ROLE_TAG]: role },
  });
  const header: RuleCondition = {
    Field: "http-header",
    HttpHeaderConfig: { HttpHeaderName: BYPASS_HEADER, Values: [input.bypassSecret] },
  };
  const leaderGroup = input.leaderGroupArns.includes(door.targetGroupArn)
    ? door.targetGroupArn
    : (input.leaderGroupArns[0] ?? door.targetGroupArn);
  return {
    door,
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
      action: { type: "forward", targetGroupArn: leaderGroup },
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

function obstacle(door: Door, conditions: RuleCondition[], priorities: Priorities | undefined): string | undefined {
  const actions = door.rule.actions ?? [];
  const other = actions.find(({ Type }) => Type !== "forward");
  if (other) return `its actions include ${other.Type}, expected forward alone`;
  if (forwardedGroups(door.rule).length > 1) return "it forwards to several target groups, expected one";
  if (conditions.reduce((sum, condition) => sum + valuesOf(condition).length, 0) + 1 > CONDITION_VALUES) {
    return `with the bypass header its conditions have more than ${CONDITION_VALUES} values, which a rule may not have`;
  }
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
