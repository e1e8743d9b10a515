import { BlockList, isIPv6 } from "node:net";
import type { RuleCondition } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { RequestHead } from "../../substrate/network.ts";
import { wildcardPattern } from "./wildcards.ts";

type Matcher = (request: RequestHead) => boolean;

/** A rule matches where all its conditions do, a condition where one of its values does. Takes conditions as `readConditions` returns them. */
export function matcherOf(conditions: RuleCondition[]): Matcher {
  const matchers = conditions.map(conditionMatcher);
  return (request) => matchers.every((matches) => matches(request));
}

function conditionMatcher(condition: RuleCondition): Matcher {
  if (condition.HostHeaderConfig) {
    const matches = anyOf(condition.HostHeaderConfig, { ignoreCase: true });
    return ({ host }) => matches(hostName(host));
  }
  if (condition.PathPatternConfig) {
    const matches = anyOf(condition.PathPatternConfig, { ignoreCase: false });
    return ({ path }) => matches(path);
  }
  if (condition.HttpHeaderConfig) {
    const name = condition.HttpHeaderConfig.HttpHeaderName!.toLowerCase();
    const matches = anyOf(condition.HttpHeaderConfig, { ignoreCase: true });
    return ({ headers }) => (headers[name] ?? []).some(matches);
  }
  if (condition.HttpRequestMethodConfig) {
    const methods = condition.HttpRequestMethodConfig.Values ?? [];
    return ({ method }) => methods.includes(method);
  }
  if (condition.QueryStringConfig) return queryMatcher(condition.QueryStringConfig.Values ?? []);
  if (condition.SourceIpConfig) return sourceMatcher(condition.SourceIpConfig.Values ?? []);
  throw new Error(`condition on ${condition.Field} was not read before`);
}

type Patterns = { Values?: string[]; RegexValues?: string[] };

function anyOf({ Values = [], RegexValues = [] }: Patterns, { ignoreCase }: { ignoreCase: boolean }) {
  const patterns = [
    ...Values.map((value) => wildcardPattern(value, { ignoreCase })),
    ...RegexValues.map((value) => new RegExp(value, ignoreCase ? "i" : "")),
  ];
  return (text: string): boolean => patterns.some((pattern) => pattern.test(text));
}

function queryMatcher(pairs: { Key?: string; Value?: string }[]): Matcher {
  const wanted = pairs.map(({ Key, Value = "" }) => ({
    key: Key === undefined ? undefined : wildcardPattern(Key, { ignoreCase: true }),
    value: wildcardPattern(Value, { ignoreCase: true }),
  }));
  return ({ query }) =>
    query.split("&").some((pair) => {
      const [name = "", text = ""] = pair.split(/=(.*)/s);
      return wanted.some(({ key, value }) => (key?.test(name) ?? true) && value.test(text));
    });
}

function sourceMatcher(blocks: string[]): Matcher {
  const list = new BlockList();
  for (const block of blocks) {
    const [network = "", prefix] = block.split("/");
    list.addSubnet(network, Number(prefix), familyOf(network));
  }
  return ({ remoteAddress }) => list.check(remoteAddress, familyOf(remoteAddress));
}

const familyOf = (address: string) => (isIPv6(address) ? "ipv6" : "ipv4");

/** The Host header without its port, which conditions and redirects leave out. */
export const hostName = (host: string): string => host.replace(/:\d+$/, "");
