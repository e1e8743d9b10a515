import type { RuleCondition } from "@aws-sdk/client-elastic-load-balancing-v2";
import { describe, expect, test } from "vitest";
import { closures } from "../../src/procedures/closing-rules.ts";
import { bypassConditions } from "../../src/procedures/conditions.ts";
import type { ListenerRules } from "../../src/procedures/doors.ts";
import { sampleFor } from "../../src/procedures/sample-request.ts";
import { targetSchema } from "../../src/targets/schema.ts";

const target = {
  name: "crm",
  ...targetSchema.parse({
    app: "nocobase",
    url: "https://crm.example.com",
    cluster: "crm",
    services: [{ name: "web", container: "app" }],
    database: "none",
  }),
};
const forward = (targetGroupArn: string) => ({ Type: "forward" as const, TargetGroupArn: targetGroupArn });
const listener = (
  loadBalancerArn: string,
  rules: { priority?: number; conditions?: RuleCondition[]; actions: ListenerRules["rules"][number]["actions"] }[],
): ListenerRules => ({
  arn: `${loadBalancerArn}/listener`,
  loadBalancerArn,
  port: 443,
  protocol: "HTTPS",
  rules: rules.map((rule, index) => ({
    arn: `${loadBalancerArn}/rule/${index}`,
    listenerArn: `${loadBalancerArn}/listener`,
    conditions: [],
    ...rule,
  })),
});
const PATH = (...values: string[]): RuleCondition => ({ Field: "path-pattern", PathPatternConfig: { Values: values } });
const HOST = (...values: string[]): RuleCondition => ({ Field: "host-header", HostHeaderConfig: { Values: values } });
const ordinary = { host: "crm.example.com", path: "/api/__health_check" };

describe("a bypass rule", () => {
  test("leads to the leader's target group only at the load balancer that the group belongs to", () => {
    const { closures: found } = closures({
      operationId: "op",
      target,
      bypassSecret: "secret",
      leaderGroupArns: ["web"],
      targetGroups: [
        { arn: "web", loadBalancerArns: ["public"] },
        { arn: "worker", loadBalancerArns: ["internal"] },
      ],
      listeners: [
        listener("public", [{ actions: [forward("web")] }]),
        listener("internal", [{ actions: [forward("worker")] }]),
      ],
    });
    expect(found.flatMap(({ bypasses }) => bypasses.map(({ action }) => action))).toEqual([
      { type: "forward", targetGroupArn: "web" },
      { type: "forward", targetGroupArn: "worker" },
    ]);
  });

  test("lets networks through beside the header, as many as fit into a rule, and only where there can be a condition on the source", () => {
    const cidrs = ["192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/28", "203.0.113.16/28", "2001:db8::/32"];
    const found = closures({
      operationId: "op",
      target: { ...target, loadBalancer: { ...target.loadBalancer, bypassCidrs: cidrs } },
      bypassSecret: "secret",
      leaderGroupArns: ["web"],
      targetGroups: [{ arn: "web", loadBalancerArns: ["public"] }],
      inHurry: false,
      listeners: [
        listener("public", [
          { priority: 10, conditions: [PATH("/api/*"), HOST("crm.example.com")], actions: [forward("web")] },
          { priority: 20, conditions: [PATH("/other/*")], actions: [forward("other")] },
          { priority: 30, conditions: [PATH("/a", "/b", "/c", "/d", "/e")], actions: [forward("web")] },
        ]),
      ],
    });
    const shown = found.closures.map(({ bypasses }) =>
      bypasses.map(({ conditions }) =>
        conditions.map(({ SourceIpConfig, PathPatternConfig, Field }) =>
          [Field, ...(SourceIpConfig ?? PathPatternConfig ?? { Values: [] }).Values!].join(" "),
        ),
      ),
    );
    expect(shown).toEqual([
      [
        ["path-pattern /api/*", "host-header", "http-header"],
        ["path-pattern /api/*", "host-header", "source-ip 192.0.2.0/24 198.51.100.0/24 203.0.113.0/28"],
        ["path-pattern /api/*", "host-header", "source-ip 203.0.113.16/28 2001:db8::/32"],
      ],
      [
        ["path-pattern /a /b /c", "http-header"],
        ["path-pattern /d /e", "http-header"],
        ["path-pattern /a /b /c", "source-ip 192.0.2.0/24 198.51.100.0/24"],
        ["path-pattern /a /b /c", "source-ip 203.0.113.0/28 203.0.113.16/28"],
        ["path-pattern /a /b /c", "source-ip 2001:db8::/32"],
        ["path-pattern /d /e", "source-ip 192.0.2.0/24 198.51.100.0/24 203.0.113.0/28"],
        ["path-pattern /d /e", "source-ip 203.0.113.16/28 2001:db8::/32"],
      ],
    ]);
    const numbers = found.closures.flatMap(({ bypasses, closing }) =>
      [...bypasses, closing].map((rule) => rule.priority),
    );
    expect(numbers).toEqual([6, 7, 8, 9, 22, 23, 24, 25, 26, 27, 28, 29]);
  });

  test("has no network beside the rule's own condition on the source", () => {
    const SOURCE: RuleCondition = { Field: "source-ip", SourceIpConfig: { Values: ["192.0.2.0/24"] } };
    expect(bypassConditions([SOURCE], { secret: "secret", cidrs: ["203.0.113.0/24"] })).toEqual([
      [SOURCE, expect.objectContaining({ Field: "http-header" })],
    ]);
  });

  test("never goes in front of a rule that authenticates, also where one at the top would close the whole listener", () => {
    const { closures: found } = closures({
      operationId: "op",
      target,
      bypassSecret: "secret",
      leaderGroupArns: ["web"],
      targetGroups: [{ arn: "web", loadBalancerArns: ["public"] }],
      listeners: [
        listener("public", [
          { priority: 10, conditions: [PATH("/api/*")], actions: [forward("web")] },
          { actions: [{ Type: "authenticate-oidc" }, forward("web")] },
        ]),
      ],
    });
    expect(found.map(({ closing, bypasses }) => [closing.priority, bypasses.length])).toEqual([
      [9, 1],
      [11, 0],
    ]);
  });
});

describe("a sample request", () => {
  test("is the ordinary one where that fits", () => {
    expect(sampleFor([PATH("*")], { ordinary, earlier: [] })).toEqual({ ...ordinary, query: [], headers: {} });
    expect(sampleFor([HOST("*.EXAMPLE.com")], { ordinary, earlier: [] })).toMatchObject(ordinary);
  });
  test("evades the rules before it", () => {
    const earlier = [{ conditions: [PATH("/api/*")] }, { conditions: [PATH("/probe", "/")] }];
    expect(sampleFor([PATH("*")], { ordinary, earlier })).toMatchObject({ path: "/intermission-probe" });
    expect(sampleFor([PATH("/api/*", "/files/*")], { ordinary, earlier })).toMatchObject({ path: "/files/probe" });
  });
  test("has the headers and the query that the conditions ask for", () => {
    const conditions: RuleCondition[] = [
      { Field: "http-header", HttpHeaderConfig: { HttpHeaderName: "X-Tenant", Values: ["a?*"] } },
      { Field: "query-string", QueryStringConfig: { Values: [{ Key: "preview", Value: "*" }] } },
    ];
    expect(sampleFor(conditions, { ordinary, earlier: [] })).toMatchObject({
      headers: { "x-tenant": "axprobe" },
      query: [["preview", "probe"]],
    });
  });
  test.each([
    ["a rule for other addresses than ours", [{ Field: "source-ip", SourceIpConfig: { Values: ["10.0.0.0/8"] } }]],
    [
      "a rule for other methods than GET",
      [{ Field: "http-request-method", HttpRequestMethodConfig: { Values: ["POST"] } }],
    ],
    ["a rule that an earlier one covers", [PATH("/api/v1/*")]],
  ] as [string, RuleCondition[]][])("does not exist for %s", (_of, conditions) => {
    expect(sampleFor(conditions, { ordinary, earlier: [{ conditions: [PATH("/api/*")] }] })).toBeUndefined();
  });
});
