import type { RuleCondition } from "@aws-sdk/client-elastic-load-balancing-v2";
import { describe, expect, test } from "vitest";
import { matcherOf } from "../../../src/sandbox/cloud/elbv2/condition-matching.ts";
import { readConditions } from "../../../src/sandbox/cloud/elbv2/conditions.ts";

const request = {
  address: "198.18.0.1",
  remoteAddress: "192.0.2.10",
  method: "GET",
  path: "/img/Logo.png",
  query: "Version=2&flag&name=a*b",
  host: "Shop.Example.com:8080",
  headers: { "x-probe": ["first", "Second value"] },
};
const matches = (conditions: RuleCondition[], change: Partial<typeof request> = {}) =>
  matcherOf(readConditions(conditions))({ ...request, ...change });

const host = (...Values: string[]): RuleCondition => ({ Field: "host-header", Values });
const path = (...Values: string[]): RuleCondition => ({ Field: "path-pattern", Values });
const header = (HttpHeaderName: string, ...Values: string[]): RuleCondition => ({
  Field: "http-header",
  HttpHeaderConfig: { HttpHeaderName, Values },
});
const query = (...Values: { Key?: string; Value: string }[]): RuleCondition => ({
  Field: "query-string",
  QueryStringConfig: { Values },
});
const method = (...Values: string[]): RuleCondition => ({
  Field: "http-request-method",
  HttpRequestMethodConfig: { Values },
});
const source = (...Values: string[]): RuleCondition => ({ Field: "source-ip", SourceIpConfig: { Values } });

/** A path's regular expressions; an object is the config beside them. */
const regex = (...values: (string | object)[]): RuleCondition => {
  const PathPatternConfig = values.find((value) => typeof value === "object");
  const RegexValues = values.filter((value) => typeof value === "string");
  return { Field: "path-pattern", RegexValues, PathPatternConfig };
};

describe("conditions", () => {
  test.each<[what: string, condition: RuleCondition, expected: boolean]>([
    ["a host without regard to case, and without its port", host("shop.example.com"), true],
    ["a host with wildcards", host("*.ex?mple.com"), true],
    ["no host that only ends alike", host("hop.example.com"), false],
    ["no host whose dot is another character", host("shop.example.co"), false],
    ["a path with its case", path("/img/Logo.png"), true],
    ["no path in another case", path("/img/logo.png"), false],
    ["a path with wildcards across slashes", path("/i*o.pn?"), true],
    ["one of several values", path("/a", "/img/*"), true],
    ["a header's name and value without regard to case", header("X-Probe", "FIRST"), true],
    ["any value of a repeated header", header("x-probe", "second *"), true],
    ["no header that is absent", header("x-other", "*"), false],
    ["a query parameter without regard to case", query({ Key: "version", Value: "2" }), true],
    ["a query value under any key", query({ Value: "?" }), true],
    ["no query value under another key", query({ Key: "flag", Value: "2" }), false],
    ["an escaped wildcard literally", query({ Key: "name", Value: "a\\*b" }), true],
    ["no other character for an escaped wildcard", query({ Key: "name", Value: "a\\?b" }), false],
    ["a path by a regular expression", regex("^/img/[A-Z]\\w+\\.(png|jpe?g)$"), true],
    ["a regular expression anywhere in the path unless it says otherwise", regex("Logo"), true],
    ["no path in another case by a regular expression", regex("^/IMG/"), false],
    ["one of several regular expressions", regex("^/a", "png$"), true],
    [
      "a host by a regular expression without regard to case",
      { Field: "host-header", HostHeaderConfig: { RegexValues: ["^(shop|www)\\.example\\.com$"] } },
      true,
    ],
    [
      "a header by a regular expression",
      { Field: "http-header", HttpHeaderConfig: { HttpHeaderName: "X-Probe", RegexValues: ["^Sec.*value$"] } },
      true,
    ],
    ["no wildcard in a regular expression", regex("^/i*o.pn?$"), false],
    ["a possessive-looking character class", regex("^/[a-z*+]+/"), true],
    ["one of several methods", method("HEAD", "GET"), true],
    ["no other method", method("POST"), false],
    ["a source in a block", source("198.51.100.0/24", "192.0.2.0/28"), true],
    ["no source outside", source("192.0.2.0/29"), false],
  ])("match %s", (_what, condition, expected) => {
    expect(matches([condition])).toBe(expected);
  });

  test("match an IPv6 source", () => {
    expect(matches([source("2001:db8::/32")], { remoteAddress: "2001:db8::7" })).toBe(true);
    expect(matches([source("2001:db8::/32")], { remoteAddress: "2001:db9::7" })).toBe(false);
  });

  test("all have to match", () => {
    expect(matches([host("shop.example.com"), method("GET")])).toBe(true);
    expect(matches([host("shop.example.com"), method("PUT")])).toBe(false);
  });

  test("are shown with a host's and a path's values in both forms, whichever they came in", () => {
    const both = { Field: "path-pattern", Values: ["/a"], PathPatternConfig: { Values: ["/a"] } };
    expect(readConditions([path("/a")])).toEqual([both]);
    expect(readConditions([{ Field: "path-pattern", PathPatternConfig: { Values: ["/a"] } }])).toEqual([both]);
    expect(readConditions([method("GET")])).toEqual([method("GET")]);
    const RegexValues = ["^/a"];
    const regexes = { Field: "path-pattern", RegexValues, PathPatternConfig: { RegexValues } };
    expect(readConditions([{ Field: "path-pattern", RegexValues }])).toEqual([regexes]);
    expect(readConditions([{ Field: "path-pattern", PathPatternConfig: { RegexValues } }])).toEqual([regexes]);
  });

  test("of regular expressions count as values, and what looks like a wildcard in them as none", () => {
    expect(readConditions([regex("^/.*/.*/.*$", "^/[^/]*/[^/]*/?$")])).toHaveLength(1);
  });

  const long = "x".repeat(129);
  test.each<[what: string, conditions: RuleCondition[], message: RegExp]>([
    ["an unknown field", [{ Field: "cookie", Values: ["a"] }], /must be one of '\[host-header, path-pattern/],
    ["more than five values in all", [path("/1", "/2", "/3"), host("a.com", "b.com", "c.com")], /'5' condition values/],
    ["more than five wildcards in all", [path("/*/*/*"), header("x-a", "***")], /'5' condition wildcards/],
    ["two path conditions", [path("/a"), path("/b")], /only have one 'path-pattern'/],
    ["a condition without values", [path()], /value must be specified for the field 'path-pattern'/],
    ["both forms at once", [{ ...path("/a"), PathPatternConfig: { Values: ["/b"] } }], /not in both/],
    ["another field's values", [{ ...method("GET"), Values: ["GET"] }], /'Values' cannot be specified/],
    ["a host without a dot", [host("localhost")], /hostHeaderConfig.values/],
    ["a host that ends in digits", [host("127.0.0.1")], /hostHeaderConfig.values/],
    ["a path with a space", [path("/a b")], /pathPatternConfig.values/],
    ["a value of 129 characters", [path(long)], /length less than or equal to 128/],
    ["the host as a header", [header("Host", "a.com")], /'host-header' condition/],
    ["a header name with a space", [header("x y", "a")], /httpHeaderName/],
    ["a method in lower case", [method("get")], /httpRequestMethodConfig/],
    ["a source without a prefix length", [source("192.0.2.1")], /not a valid CIDR block/],
    ["a prefix length past the end", [source("192.0.2.1/33")], /not a valid CIDR block/],
    [
      "a query pair without a value",
      [{ Field: "query-string", QueryStringConfig: { Values: [{ Key: "a" }] } }],
      /must have a value/,
    ],
    ["values and regular expressions at once", [{ ...path("/a"), RegexValues: ["^/a"] }], /either as values or as reg/],
    ["a regular expression in both places", [regex("a", { RegexValues: ["b"] })], /not in both/],
    ["a regular expression of 129 characters", [regex(long)], /length less than or equal to 128/],
    ["a regular expression that is none", [regex("(")], /not a valid regular expression/],
    ["a lookahead", [regex("^/(?=a)")], /lookaheads and lookbehinds, which are not supported/],
    ["a negative lookbehind", [regex("(?<!a)b")], /lookaheads and lookbehinds/],
    ["a backreference", [regex("(a)\\1")], /backreferences/],
    ["a possessive quantifier", [regex("a++")], /possessive quantifiers/],
    ["a Unicode character class", [regex("\\p{L}")], /Unicode character classes/],
    [
      "a regular expression for a method",
      [{ ...method("GET"), RegexValues: ["G"] }],
      /'RegexValues' cannot be specified/,
    ],
    ["six regular expressions", [regex("1", "2", "3", "4", "5", "6")], /'5' condition values/],
  ])("refuse %s", (_what, conditions, message) => {
    expect(() => readConditions(conditions)).toThrow(message);
  });

  test("of any number of headers and query strings are fine", () => {
    expect(matches([header("x-probe", "first"), header("x-probe", "second value")])).toBe(true);
    expect(matches([query({ Key: "version", Value: "2" }), query({ Key: "flag", Value: "1" })])).toBe(false);
  });
});
