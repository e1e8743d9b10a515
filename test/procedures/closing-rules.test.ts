import type { RuleCondition } from "@aws-sdk/client-elastic-load-balancing-v2";
import { describe, expect, test } from "vitest";
import { closures } from "../../src/procedures/closing-rules.ts";
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
