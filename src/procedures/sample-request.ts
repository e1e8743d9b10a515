import type { RuleCondition } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { ListenerRule } from "../aws/load-balancer.ts";
import { expressionsOf, valuesOf } from "./doors.ts";
import { exampleOf } from "./example-of-expression.ts";

/** A GET request that can be made from outside. */
export type SampleRequest = { host: string; path: string; query: [string, string][]; headers: Record<string, string> };

type Ordinary = { host: string; path: string };
const FILLINGS = ["probe", "", "intermission-probe"];

/**
 * A request that these conditions match and no rule before them: what it is answered shows what this rule does, not another. The
 * ordinary request where that fits. Undefined where none can be made from outside.
 */
export function sampleFor(
  conditions: RuleCondition[],
  { ordinary, earlier }: { ordinary: Ordinary; earlier: Pick<ListenerRule, "conditions">[] },
): SampleRequest | undefined {
  return candidates(conditions, ordinary).find(
    (sample) => matches(conditions, sample) && !earlier.some((rule) => matches(rule.conditions, sample)),
  );
}

function candidates(conditions: RuleCondition[], ordinary: Ordinary): SampleRequest[] {
  const of = (field: string) => conditions.filter(({ Field }) => Field === field);
  const patterns = (field: string) => of(field).flatMap(valuesOf);
  const examples = (field: string) =>
    of(field)
      .flatMap(expressionsOf)
      .flatMap((each) => exampleOf(each) ?? []);
  const filled = (pattern: string) => FILLINGS.map((filling) => fill(pattern, filling));
  const hosts = [
    ordinary.host,
    ...patterns("host-header").flatMap(filled),
    ...examples("host-header"),
    "intermission-probe.invalid",
  ];
  const paths = [
    ordinary.path,
    ...[...patterns("path-pattern").flatMap(filled), ...examples("path-pattern")].map((path) =>
      path.replace(/^(?!\/)/, "/"),
    ),
    "/",
    "/intermission-probe",
  ];
  const headers = Object.fromEntries(
    conditions.flatMap(({ HttpHeaderConfig: header }) =>
      header?.HttpHeaderName
        ? [
            [
              header.HttpHeaderName.toLowerCase(),
              fill(header.Values?.[0] ?? "", "probe") || (exampleOf(header.RegexValues?.[0] ?? "") ?? ""),
            ],
          ]
        : [],
    ),
  );
  const query = conditions.flatMap(({ QueryStringConfig }): [string, string][] => {
    const [pair] = QueryStringConfig?.Values ?? [];
    return pair ? [[fill(pair.Key ?? "probe", "probe"), fill(pair.Value ?? "", "probe")]] : [];
  });
  return hosts.flatMap((host) => paths.map((path) => ({ host, path, query, headers })));
}

/** As a load balancer would judge it: every condition, any of its values. What depends on who asks is taken not to match. */
export const matches = (conditions: RuleCondition[], { host, path, query, headers }: SampleRequest): boolean =>
  conditions.every((condition) => {
    const some = (text: string, flags: string) =>
      valuesOf(condition).some((pattern) => wildcard(pattern, flags).test(text)) ||
      expressionsOf(condition).some((expression) => new RegExp(expression, flags).test(text));
    switch (condition.Field) {
      case "host-header":
        return some(host.replace(/:\d+$/, ""), "i");
      case "path-pattern":
        return some(path, "");
      case "http-header": {
        const value = headers[(condition.HttpHeaderConfig?.HttpHeaderName ?? "").toLowerCase()];
        return value !== undefined && some(value, "i");
      }
      case "query-string":
        return (condition.QueryStringConfig?.Values ?? []).some(({ Key, Value = "" }) =>
          query.some(
            ([key, value]) => (Key === undefined || wildcard(Key, "i").test(key)) && wildcard(Value, "i").test(value),
          ),
        );
      case "http-request-method":
        return valuesOf(condition).includes("GET");
      default:
        return false;
    }
  });

const wildcard = (pattern: string, flags: string) =>
  new RegExp(
    `^${pattern
      .replace(/[.+^$()|[\]{}\\]/g, "\\$&")
      .replaceAll("*", ".*")
      .replaceAll("?", ".")}$`,
    flags,
  );
const fill = (pattern: string, filling: string) => pattern.replaceAll("*", filling).replaceAll("?", "x");
