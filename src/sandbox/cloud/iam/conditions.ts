import { arnMatcher } from "./arn-pattern.ts";
import { isKnownKey, isMultivalued } from "./condition-keys.ts";
import { matchesWildcard } from "./wildcard.ts";

/** What a call says of itself, by condition key in lower case. A key that is absent is absent in IAM's sense. */
export type ConditionValues = Readonly<Record<string, string | readonly string[]>>;
export type Condition = (values: ConditionValues) => boolean;

type Operator = { negated: boolean; matcher: (wanted: string) => (found: string) => boolean };

const equals = (wanted: string) => (found: string) => found === wanted;
const like = (wanted: string) => (found: string) => matchesWildcard(found, wanted);
const equalsIgnoringCase = (wanted: string) => (found: string) => found.toLowerCase() === wanted.toLowerCase();

/** ArnEquals and ArnLike are the same to IAM. */
const OPERATORS: Record<string, Operator> = {
  StringEquals: { negated: false, matcher: equals },
  StringNotEquals: { negated: true, matcher: equals },
  StringEqualsIgnoreCase: { negated: false, matcher: equalsIgnoringCase },
  StringNotEqualsIgnoreCase: { negated: true, matcher: equalsIgnoringCase },
  StringLike: { negated: false, matcher: like },
  StringNotLike: { negated: true, matcher: like },
  ArnEquals: { negated: false, matcher: arnMatcher },
  ArnNotEquals: { negated: true, matcher: arnMatcher },
  ArnLike: { negated: false, matcher: arnMatcher },
  ArnNotLike: { negated: true, matcher: arnMatcher },
  Bool: { negated: false, matcher: equalsIgnoringCase },
};

const NAME = /^(?:(?<set>ForAllValues|ForAnyValue):)?(?<base>[A-Za-z]+?)(?<ifExists>IfExists)?$/;
type Parsed = { set?: "ForAllValues" | "ForAnyValue"; base: string; ifExists: boolean };

function parse(operator: string): Parsed | undefined {
  const { set, base = "", ifExists } = NAME.exec(operator)?.groups ?? {};
  if (base === "Null" ? set || ifExists : !Object.hasOwn(OPERATORS, base)) return undefined;
  return { set: set as Parsed["set"], base, ifExists: ifExists !== undefined };
}

/** Why a condition cannot be judged here; undefined where it can. */
export function conditionProblem(operator: string, key: string, wanted: string[]): string | undefined {
  const parsed = parse(operator);
  if (!parsed) return `the operator ${operator} is not simulated here`;
  const { set, base, ifExists } = parsed;
  if (["Null", "Bool"].includes(base) && !wanted.every((text) => /^(true|false)$/i.test(text)))
    return `expected true or false, found ${wanted.join(", ")}`;
  if (isMultivalued(key) && !set && base !== "Null")
    return `${key} has several values: expected ForAllValues:${operator} or ForAnyValue:${operator}`;
  const holdsWithoutKey = set === "ForAllValues" || ifExists || base === "Null" || OPERATORS[base]?.negated;
  if (holdsWithoutKey && !isKnownKey(key))
    return `no call says ${key} here, so this would hold for every one of them whatever it holds for on AWS`;
  return undefined;
}

/** One line of a statement's Condition. The operator is one that `conditionProblem` has nothing against. */
export function compileCondition(operator: string, key: string, wanted: string[]): Condition {
  const parsed = parse(operator);
  if (!parsed) throw new Error(`the operator ${operator} is not simulated here`);
  const { set, base, ifExists } = parsed;
  const name = key.toLowerCase();
  if (base === "Null") {
    const absent = wanted.some((text) => text.toLowerCase() === "true");
    return (values) => (values[name] === undefined) === absent;
  }
  const { negated, matcher } = OPERATORS[base]!;
  const matchers = wanted.map(matcher);
  const isWanted = (found: string) => matchers.some((matches) => matches(found)) !== negated;
  return (values) => {
    const value = values[name];
    const found = value === undefined ? [] : [value].flat();
    if (found.length === 0) {
      if (set) return set === "ForAllValues" || ifExists;
      return negated || ifExists;
    }
    // Without a set operator a negation holds where none of the values is among those named.
    return set === "ForAllValues" || (!set && negated) ? found.every(isWanted) : found.some(isWanted);
  };
}
