import type { Action, RuleCondition } from "@aws-sdk/client-elastic-load-balancing-v2";
import { describe, expect, test } from "vitest";
import { answer, createElbWorld, everything, forward, path, refuses } from "./elb-world.ts";

async function listening() {
  const elb = createElbWorld();
  const { arn } = await elb.loadBalancer();
  const group = await elb.targetGroup();
  const listener = await elb.listener(arn, forward(group));
  const create = (action: Action, conditions: RuleCondition[] = [everything], Priority = 1) =>
    elb.client.createRule({ ListenerArn: listener, Priority, Conditions: conditions, Actions: [action] });
  return { elb, arn, group, listener, create };
}
const message = (MessageBody: string, more = {}): Action => ({
  Type: "fixed-response",
  FixedResponseConfig: { StatusCode: "503", MessageBody, ...more },
});

describe("rules", () => {
  test("are described as AWS describes them: priorities as strings, the default one last", async () => {
    const { elb, group, listener } = await listening();
    const rule = await elb.rule(listener, 7, [path("/a")], answer("503", "closed"));
    expect(rule).toMatch(
      /^arn:aws:elasticloadbalancing:eu-west-1:111122223333:listener-rule\/app\/crm\/[0-9a-f]{16}\/[0-9a-f]{16}\/[0-9a-f]{16}$/,
    );
    const { Rules } = await elb.client.describeRules({ ListenerArn: listener });
    expect(Rules).toEqual([
      {
        RuleArn: rule,
        Priority: "7",
        Conditions: [{ Field: "path-pattern", Values: ["/a"], PathPatternConfig: { Values: ["/a"] } }],
        Actions: [
          {
            Type: "fixed-response",
            FixedResponseConfig: { StatusCode: "503", ContentType: "text/plain", MessageBody: "closed" },
          },
        ],
        IsDefault: false,
      },
      {
        RuleArn: expect.stringContaining(":listener-rule/app/crm/"),
        Priority: "default",
        Conditions: [],
        Actions: [
          {
            Type: "forward",
            TargetGroupArn: group,
            ForwardConfig: {
              TargetGroups: [{ TargetGroupArn: group, Weight: 1 }],
              TargetGroupStickinessConfig: { Enabled: false },
            },
          },
        ],
        IsDefault: true,
      },
    ]);
    expect((await elb.client.describeRules({ RuleArns: [rule] })).Rules).toEqual([Rules![0]]);
  });

  test("a ForwardConfig with one target group is the same as a TargetGroupArn", async () => {
    const { elb, group, create } = await listening();
    const { Rules } = await create({ Type: "forward", ForwardConfig: { TargetGroups: [{ TargetGroupArn: group }] } });
    expect(Rules![0]!.Actions![0]).toMatchObject({ TargetGroupArn: group });
    const other = await elb.targetGroup("other");
    const contradiction = { TargetGroupArn: other, ForwardConfig: { TargetGroups: [{ TargetGroupArn: group }] } };
    await refuses(
      create({ Type: "forward", ...contradiction }, [everything], 2),
      "ValidationError",
      /same target group/,
    );
  });

  test("modifying replaces the whole list that is given and leaves the other", async () => {
    const { elb, listener } = await listening();
    const rule = await elb.rule(
      listener,
      1,
      [path("/a"), { Field: "host-header", Values: ["a.com"] }],
      answer("404", "a"),
    );
    const { Rules } = await elb.client.modifyRule({ RuleArn: rule, Conditions: [path("/b")] });
    expect(Rules![0]!.Conditions!.map(({ Values }) => Values)).toEqual([["/b"]]);
    expect(Rules![0]!.Actions![0]!.FixedResponseConfig!.StatusCode).toBe("404");
    await refuses(elb.client.modifyRule({ RuleArn: rule }), "ValidationError", "Either conditions or actions");
  });

  test("a priority can be used once a listener, from 1 to 50000", async () => {
    const { elb, arn, create } = await listening();
    await create(answer("200", ""));
    await refuses(create(answer("200", "")), "PriorityInUse", "Priority '1' is currently in use");
    await elb.rule(await elb.listener(arn, answer("200", ""), 81), 1, [everything]);
    await create(answer("200", ""), [everything], 50_000);
    await refuses(create(answer("200", ""), [everything], 0), "ValidationError", /greater than or equal to 1/);
    await refuses(create(answer("200", ""), [everything], 50_001), "ValidationError", /less than or equal to 50000/);
  });

  test("the default rule can neither be deleted nor modified", async () => {
    const { elb, listener } = await listening();
    const { Rules } = await elb.client.describeRules({ ListenerArn: listener });
    const RuleArn = Rules![0]!.RuleArn!;
    await refuses(elb.client.deleteRule({ RuleArn }), "OperationNotPermitted", /Default rule/);
    await refuses(elb.client.modifyRule({ RuleArn, Actions: [answer("200", "")] }), "OperationNotPermitted");
  });

  test("of unknown ARNs are not found, what is no ARN is not valid", async () => {
    const { elb, listener } = await listening();
    const gone = await elb.rule(listener, 1, [everything]);
    await elb.client.deleteRule({ RuleArn: gone });
    await refuses(elb.client.deleteRule({ RuleArn: gone }), "RuleNotFound");
    await refuses(elb.client.modifyRule({ RuleArn: gone, Actions: [answer("200", "")] }), "RuleNotFound");
    await refuses(elb.client.describeRules({ RuleArns: [gone] }), "RuleNotFound");
    await refuses(elb.client.describeRules({ ListenerArn: `${listener}0` }), "ListenerNotFound");
    await refuses(elb.client.describeRules({ ListenerArn: "web" }), "ValidationError", "is not a valid listener ARN");
    await refuses(elb.client.describeRules({}), "ValidationError", /either listener rule ARNs or a listener ARN/);
    const unknown = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/web/0123456789abcdef";
    await refuses(elb.rule(listener, 1, [everything], forward(unknown)), "TargetGroupNotFound");
  });

  test("a load balancer has at most 100 of them, default rules not counted", async () => {
    const { elb, arn, listener } = await listening();
    for (let priority = 1; priority <= 100; priority += 1) await elb.rule(listener, priority, [everything]);
    await refuses(elb.rule(listener, 101, [everything]), "TooManyRules");
    const second = await elb.listener(arn, answer("200", ""), 81);
    await refuses(elb.rule(second, 1, [everything]), "TooManyRules");
    await elb.rule(await elb.listener((await elb.loadBalancer("other")).arn), 1, [everything]);

    const pages: number[] = [];
    let Marker: string | undefined;
    do {
      const page = await elb.client.describeRules({ ListenerArn: listener, PageSize: 40, Marker });
      pages.push(page.Rules!.length);
      Marker = page.NextMarker;
    } while (Marker);
    expect(pages).toEqual([40, 40, 21]);
    await refuses(elb.client.describeRules({ ListenerArn: listener, Marker: "x" }), "ValidationError", /marker/);
    await refuses(elb.client.describeRules({ ListenerArn: listener, PageSize: 401 }), "ValidationError");
  });

  test("a target group belongs to one load balancer", async () => {
    const { elb, group } = await listening();
    const other = await elb.loadBalancer("other");
    await refuses(elb.listener(other.arn, forward(group)), "TargetGroupAssociationLimit");
    const listener = await elb.listener(other.arn);
    await refuses(elb.rule(listener, 1, [everything], forward(group)), "TargetGroupAssociationLimit");
    const rule = await elb.rule(listener, 1, [everything]);
    const change = { RuleArn: rule, Actions: [forward(group)] };
    await refuses(elb.client.modifyRule(change), "TargetGroupAssociationLimit");
  });

  test.each<[what: string, action: Action, code: string, said?: RegExp]>([
    ["a page of 1025 characters", message("x".repeat(1025)), "ValidationError", /length less than or equal to 1024/],
    ["a content type it does not know", message("a", { ContentType: "text/xml" }), "ValidationError", /enum value set/],
    ["the status 301 as a fixed response", answer("301", ""), "ValidationError", /statusCode/],
    ["a fixed response without its config", { Type: "fixed-response" }, "ValidationError"],
    ["a forward without a target group", { Type: "forward" }, "ValidationError", /target group ARN/],
    ["an action it does not know", { Type: "teapot" as "forward" }, "ValidationError", /enum value set/],
    [
      "a redirect to the same URL",
      { Type: "redirect", RedirectConfig: { StatusCode: "HTTP_301" } },
      "InvalidLoadBalancerAction",
      /loop/,
    ],
    [
      "a redirect by 307",
      { Type: "redirect", RedirectConfig: { StatusCode: "HTTP_307" as "HTTP_301", Port: "1" } },
      "ValidationError",
    ],
    ["a login on an HTTP listener", { Type: "authenticate-oidc", Order: 1 }, "ValidationError", /one action of type/],
  ])("refuse %s", async (_what, action, code, said) => {
    const { create } = await listening();
    await refuses(create(action), code, said);
  });

  test("a page of 1024 characters fits", async () => {
    const { create } = await listening();
    const { Rules } = await create(message("x".repeat(1024)));
    expect(Rules![0]!.Actions![0]!.FixedResponseConfig).toMatchObject({ ContentType: "text/plain" });
  });

  test("refuse two actions that route and no conditions", async () => {
    const { elb, listener, create } = await listening();
    const rule = { ListenerArn: listener, Priority: 1, Conditions: [everything] };
    const two = [answer("200", ""), answer("200", "")];
    await refuses(elb.client.createRule({ ...rule, Actions: two }), "TooManyActions");
    await refuses(create(answer("200", ""), []), "ValidationError", /condition must be specified/);
  });

  test("an operation that is not simulated says so and names itself", async () => {
    const { elb } = await listening();
    await refuses(elb.client.describeSSLPolicies({}), "NotImplemented", /DescribeSSLPolicies/);
  });
});
