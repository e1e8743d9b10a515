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

export type Bypass = { secret: string; cidrs: readonly string[] };

/**
 * The conditions of the rules that let requests with the bypass header, or from the bypass networks, through where a rule with the given
 * conditions would match. Where the header would be one value too many, two rules share the values of the longest condition. Empty where no
 * condition has values to share. A rule has one condition on the source at most, so behind one that has it only the header gets through.
 */
export function bypassConditions(conditions: RuleCondition[], { secret, cidrs }: Bypass): RuleCondition[][] {
  const header: RuleCondition = {
    Field: "http-header",
    HttpHeaderConfig: { HttpHeaderName: BYPASS_HEADER, Values: [secret] },
  };
  const shares = sharesOf(conditions);
  const ofSources = conditions.some(({ Field }) => Field === SOURCE) ? [] : cidrs;
  return [
    ...shares.map((share) => [...share, header]),
    ...shares.flatMap((share) =>
      inGroups(ofSources, VALUES_OF_A_RULE - sumOf(share)).map((Values) => [
        ...share,
        { Field: SOURCE, SourceIpConfig: { Values } },
      ]),
    ),
  ];
}

/** The conditions with room for one value more at least: as they are, or as two that share the values of the longest. */
function sharesOf(conditions: RuleCondition[]): RuleCondition[][] {
  if (sumOf(conditions) < VALUES_OF_A_RULE) return [conditions];
  const longest = conditions.toSorted((a, b) => countOf(b) - countOf(a))[0];
  if (!longest || countOf(longest) < 2) return [];
  const half = Math.ceil(countOf(longest) / 2);
  return [sliceOf(longest, 0, half), sliceOf(longest, half)].map((share) =>
    conditions.map((condition) => (condition === longest ? share : condition)),
  );
}

const SOURCE = "source-ip";

const inGroups = (values: readonly string[], size: number): string[][] =>
  Array.from({ length: Math.ceil(values.length / size) }, (_, index) => values.slice(index * size, (index + 1) * size));

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
