import { isIP } from "node:net";
import type { QueryStringKeyValuePair, RuleCondition } from "@aws-sdk/client-elastic-load-balancing-v2";
import { assertLength, assertPattern } from "./constraints.ts";
import { notSimulated, validationError } from "./errors.ts";
import { QUOTAS } from "./quotas.ts";
import { readRegularExpression } from "./regular-expressions.ts";
import { countWildcards } from "./wildcards.ts";

const OWN_MEMBERS: Record<string, string[]> = {
  "host-header": ["Values", "RegexValues", "HostHeaderConfig"],
  "path-pattern": ["Values", "RegexValues", "PathPatternConfig"],
  "http-header": ["RegexValues", "HttpHeaderConfig"],
  "http-request-method": ["HttpRequestMethodConfig"],
  "query-string": ["QueryStringConfig"],
  "source-ip": ["SourceIpConfig"],
};
const ONCE_A_RULE = ["host-header", "path-pattern", "http-request-method", "source-ip"];
const HOST = /^(?=.*\.)[A-Za-z0-9.*?-]*\.[A-Za-z*?]+$/;
const PATH = /^[A-Za-z0-9_.$/~"'@:+&*?-]+$/;
const HEADER_NAME = /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,40}$/;
const METHOD = /^[A-Z_-]{1,40}$/;
const VALUE_LENGTH = { minimum: 1, maximum: 128 };

/**
 * Checks a rule's conditions and completes them as DescribeRules shows them: a host or path condition carries its values both in
 * `Values` and in its `…Config`, whichever of the two it came in.
 */
export function readConditions(conditions: RuleCondition[] = []): RuleCondition[] {
  const read = conditions.map(readCondition);
  for (const field of ONCE_A_RULE) {
    if (read.filter(({ Field }) => Field === field).length > 1) {
      throw validationError(`A rule can only have one '${field}' condition`);
    }
  }
  const values = read.flatMap(valuesOf);
  const maximumValues = QUOTAS["condition-values-per-alb-rule"];
  if (values.length > maximumValues) throw validationError(`A rule can only have '${maximumValues}' condition values`);
  const wildcards = read.filter(hasWildcards).flatMap(valuesOf).map(countWildcards);
  const maximumWildcards = QUOTAS["condition-wildcards-per-alb-rule"];
  if (wildcards.reduce((sum, count) => sum + count, 0) > maximumWildcards) {
    throw validationError(`A rule can only have '${maximumWildcards}' condition wildcards`);
  }
  return read;
}

function readCondition(condition: RuleCondition, index: number): RuleCondition {
  const { Field, HostHeaderConfig, PathPatternConfig, HttpHeaderConfig } = condition;
  const path = `conditions.${index + 1}.member`;

  assertOwnMembers(condition);
  switch (Field) {
    case "host-header": {
      const read = readPatterns(condition, HostHeaderConfig, path);
      for (const value of read.Values ?? []) assertPattern(value, `${path}.hostHeaderConfig.values`, HOST);
      return { Field, ...read, HostHeaderConfig: read };
    }
    case "path-pattern": {
      const read = readPatterns(condition, PathPatternConfig, path);
      for (const value of read.Values ?? []) assertPattern(value, `${path}.pathPatternConfig.values`, PATH);
      return { Field, ...read, PathPatternConfig: read };
    }
    case "http-header": {
      const HttpHeaderName = HttpHeaderConfig?.HttpHeaderName ?? "";
      assertPattern(HttpHeaderName, `${path}.httpHeaderConfig.httpHeaderName`, HEADER_NAME);
      if (HttpHeaderName.toLowerCase() === "host") {
        throw validationError("The host header must be matched by a 'host-header' condition");
      }
      const read = readPatterns(condition, HttpHeaderConfig, path);
      return { Field, HttpHeaderConfig: { HttpHeaderName, ...read } };
    }
    case "http-request-method": {
      const values = required(Field, condition.HttpRequestMethodConfig?.Values);
      for (const value of values) assertPattern(value, `${path}.httpRequestMethodConfig.values`, METHOD);
      return { Field, HttpRequestMethodConfig: { Values: values } };
    }
    case "query-string": {
      const values = required(Field, condition.QueryStringConfig?.Values);
      for (const pair of values) readPair(pair, path);
      return { Field, QueryStringConfig: { Values: values } };
    }
    case "source-ip": {
      if (condition.SourceIpConfig?.IpAddressType) throw notSimulated("source-ip conditions of Network Load Balancers");
      const values = required(Field, condition.SourceIpConfig?.Values);
      for (const value of values) if (!isCidr(value)) throw validationError(`'${value}' is not a valid CIDR block`);
      return { Field, SourceIpConfig: { Values: values } };
    }
    default:
      throw validationError(
        `Condition field '${Field ?? ""}' must be one of '[${Object.keys(OWN_MEMBERS).join(", ")}]'`,
      );
  }
}

/** Values under another field's member would be ignored, so they are refused. */
function assertOwnMembers({ Field = "", ...members }: RuleCondition): void {
  const own = OWN_MEMBERS[Field];
  const foreign = Object.entries(members).find(([name, value]) => value !== undefined && own && !own.includes(name));
  if (foreign) throw validationError(`'${foreign[0]}' cannot be specified for the condition field '${Field}'`);
}

type Patterns = { Values?: string[]; RegexValues?: string[] };

/** Values with wildcards or regular expressions, which come in the condition itself or in its config. */
function readPatterns({ Field = "", ...direct }: RuleCondition, config: Patterns = {}, path: string): Patterns {
  const given = [direct.Values, config.Values, direct.RegexValues, config.RegexValues].filter((list) => list?.length);
  if (given.length > 1) {
    throw validationError(
      `A '${Field}' condition takes its values in one place, in the condition or in its config, not in both, and either as values or as regular expressions`,
    );
  }
  const values = required(Field, given[0]);
  if (values === direct.RegexValues || values === config.RegexValues) {
    for (const value of values) {
      readRegularExpression(value, `${path}.regexValues`, { maximumLength: VALUE_LENGTH.maximum });
    }
    return { RegexValues: values };
  }
  for (const value of values) assertLength(value, `${path}.values`, VALUE_LENGTH);
  return { Values: values };
}

function required<Value>(field: string, values: Value[] | undefined): Value[] {
  if (!values?.length) throw validationError(`A condition value must be specified for the field '${field}'`);
  return values;
}

function readPair({ Key, Value }: QueryStringKeyValuePair, path: string): void {
  if (Value === undefined) throw validationError("A query string condition must have a value");
  assertLength(Value, `${path}.queryStringConfig.values.value`, VALUE_LENGTH);
  if (Key !== undefined) assertLength(Key, `${path}.queryStringConfig.values.key`, VALUE_LENGTH);
}

function isCidr(block: string): boolean {
  const [network = "", prefix = "", ...rest] = block.split("/");
  const family = isIP(network);
  return rest.length === 0 && family > 0 && /^\d{1,3}$/.test(prefix) && Number(prefix) <= (family === 4 ? 32 : 128);
}

function valuesOf(condition: RuleCondition): string[] {
  const { HostHeaderConfig, PathPatternConfig, HttpHeaderConfig, HttpRequestMethodConfig, SourceIpConfig } = condition;
  const patterns: Patterns | undefined = HostHeaderConfig ?? PathPatternConfig ?? HttpHeaderConfig;
  if (patterns) return patterns.Values ?? patterns.RegexValues ?? [];
  const plain = HttpRequestMethodConfig ?? SourceIpConfig;
  const pairs = condition.QueryStringConfig?.Values?.map(({ Key = "", Value = "" }) => Key + Value);
  return plain?.Values ?? pairs ?? [];
}

const hasWildcards = ({ Field, HostHeaderConfig, PathPatternConfig, HttpHeaderConfig }: RuleCondition): boolean =>
  Field !== "http-request-method" &&
  Field !== "source-ip" &&
  !(HostHeaderConfig ?? PathPatternConfig ?? HttpHeaderConfig)?.RegexValues;
