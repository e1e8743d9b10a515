import type { RuleCondition } from "@aws-sdk/client-elastic-load-balancing-v2";
import { expressionsOf, valuesOf } from "./doors.ts";

export const BYPASS_HEADER = "x-intermission-bypass";
export const EVERYTHING: RuleCondition = { Field: "path-pattern", PathPatternConfig: { Values: ["*"] } };
/** Values, regular expressions included, that one rule may compare with. The limit cannot be raised. */
const VALUES_OF_A_RULE = 5;

/** As DescribeRules answers conditions both ways round, and CreateRule accepts only one. */
export function asInput(condition: RuleCondition): RuleCondition {
  const { Values: _values, RegexValues: _expressions, ...rest } = condition;
  const hasConfig = Object.keys(rest).some((key) => key.endsWith("Config"));
  return hasConfig ? rest : condition;
}

/**
 * The conditions of the rules that let requests with the bypass header through where a rule with the given conditions would match. Where the header
 * would be one value too many, two rules share the values of the longest condition. Empty where no condition has values to share.
 */
export function bypassConditions(conditions: RuleCondition[], secret: string): RuleCondition[][] {
  const header: RuleCondition = {
    Field: "http-header",
    HttpHeaderConfig: { HttpHeaderName: BYPASS_HEADER, Values: [secret] },
  };
  if (sumOf(conditions) < VALUES_OF_A_RULE) return [[...conditions, header]];
  const longest = conditions.toSorted((a, b) => countOf(b) - countOf(a))[0];
  if (!longest || countOf(longest) < 2) return [];
  const half = Math.ceil(countOf(longest) / 2);
  return [longest, longest].map((_, index) => {
    const share = index === 0 ? sliceOf(longest, 0, half) : sliceOf(longest, half);
    return [...conditions.map((condition) => (condition === longest ? share : condition)), header];
  });
}

const countOf = (condition: RuleCondition) => valuesOf(condition).length + expressionsOf(condition).length;
const sumOf = (conditions: RuleCondition[]) => conditions.reduce((sum, condition) => sum + countOf(condition), 0);

function sliceOf(condition: RuleCondition, from: number, to?: number): RuleCondition {
  const cut = (key: string, value: unknown): unknown => {
    if ((key === "Values" || key === "RegexValues") && Array.isArray(value)) return value.slice(from, to) as unknown;
    return value;
  };
  return JSON.parse(JSON.stringify(condition, cut)) as RuleCondition;
}

/** Whether two lists of conditions ask for the same, however AWS describes them. */
export const areSame = (some: RuleCondition[], others: RuleCondition[]): boolean =>
  canonical(some) === canonical(others);

const canonical = (conditions: RuleCondition[]) =>
  JSON.stringify(
    conditions
      .map((condition) =>
        JSON.stringify([
          condition.Field,
          condition.HttpHeaderConfig?.HttpHeaderName?.toLowerCase(),
          valuesOf(condition).toSorted(),
          expressionsOf(condition).toSorted(),
        ]),
      )
      .toSorted(),
  );
