import { describe, expect, test } from "vitest";
import { createElbWorld, everything, forward, refuses } from "./elb-world.ts";

const input = { Name: "web", TargetType: "ip", Protocol: "HTTP", Port: 3000, VpcId: "vpc-1" } as const;

describe("target groups", () => {
  test("get AWS's defaults", async () => {
    const { client } = createElbWorld();
    const { TargetGroups } = await client.createTargetGroup(input);
    expect(TargetGroups![0]).toEqual({
      TargetGroupArn: expect.stringMatching(/:targetgroup\/web\/[0-9a-f]{16}$/),
      TargetGroupName: "web",
      Protocol: "HTTP",
      ProtocolVersion: "HTTP1",
      Port: 3000,
      VpcId: "vpc-1",
      TargetType: "ip",
      IpAddressType: "ipv4",
      HealthCheckProtocol: "HTTP",
      HealthCheckPort: "traffic-port",
      HealthCheckEnabled: true,
      HealthCheckPath: "/",
      HealthCheckIntervalSeconds: 30,
      HealthCheckTimeoutSeconds: 5,
      HealthyThresholdCount: 5,
      UnhealthyThresholdCount: 2,
      Matcher: { HttpCode: "200" },
      LoadBalancerArns: [],
    });
    const { Attributes } = await client.describeTargetGroupAttributes({
      TargetGroupArn: TargetGroups![0]!.TargetGroupArn!,
    });
    expect(Attributes).toContainEqual({ Key: "deregistration_delay.timeout_seconds", Value: "300" });
  });

  test.each<[what: string, change: object, code: string]>([
    ["an interval of 4 s", { HealthCheckIntervalSeconds: 4, HealthCheckTimeoutSeconds: 2 }, "ValidationError"],
    ["an interval of 301 s", { HealthCheckIntervalSeconds: 301 }, "ValidationError"],
    ["a time-out of 1 s", { HealthCheckTimeoutSeconds: 1 }, "ValidationError"],
    ["a time-out as long as the interval", { HealthCheckIntervalSeconds: 5 }, "ValidationError"],
    ["a healthy threshold of 1", { HealthyThresholdCount: 1 }, "ValidationError"],
    ["an unhealthy threshold of 11", { UnhealthyThresholdCount: 11 }, "ValidationError"],
    ["a matcher beyond 499", { Matcher: { HttpCode: "200-500" } }, "ValidationError"],
    ["a matcher that is no code", { Matcher: { HttpCode: "ok" } }, "ValidationError"],
    ["a path without a slash", { HealthCheckPath: "health" }, "ValidationError"],
    ["a health check port past the end", { HealthCheckPort: "65536" }, "ValidationError"],
    ["no VPC", { VpcId: undefined }, "ValidationError"],
    ["no protocol", { Protocol: undefined }, "ValidationError"],
    ["a name with a dot", { Name: "web.1" }, "ValidationError"],
    ["the type lambda, which it does not simulate", { TargetType: "lambda" }, "NotImplemented"],
    ["an unknown type", { TargetType: "pod" }, "ValidationError"],
  ])("refuse %s", async (_what, change, code) => {
    const { client } = createElbWorld();
    await refuses(client.createTargetGroup({ ...input, ...change }), code);
  });

  test("creating one again with the same settings answers the one there is, with others is refused", async () => {
    const { client } = createElbWorld();
    const first = await client.createTargetGroup(input);
    expect(await client.createTargetGroup(input)).toMatchObject({ TargetGroups: first.TargetGroups });
    await refuses(client.createTargetGroup({ ...input, Port: 3001 }), "DuplicateTargetGroupName");
  });

  test("are found by name, ARN and load balancer", async () => {
    const elb = createElbWorld();
    const { arn } = await elb.loadBalancer();
    const [web, admin] = [await elb.targetGroup("web"), await elb.targetGroup("admin")];
    await elb.rule(await elb.listener(arn), 1, [everything], forward(admin));
    const arns = async (by: object) =>
      (await elb.client.describeTargetGroups(by)).TargetGroups!.map(({ TargetGroupArn }) => TargetGroupArn);
    expect(await arns({})).toEqual([web, admin]);
    expect(await arns({ Names: ["web"] })).toEqual([web]);
    expect(await arns({ TargetGroupArns: [admin] })).toEqual([admin]);
    expect(await arns({ LoadBalancerArn: arn })).toEqual([admin]);
    await refuses(elb.client.describeTargetGroups({ Names: ["gone"] }), "TargetGroupNotFound");
    const { TargetGroups } = await elb.client.describeTargetGroups({ Names: ["admin"] });
    expect(TargetGroups![0]!.LoadBalancerArns).toEqual([arn]);
  });

  test("cannot be deleted while a rule uses them, and are gone afterwards", async () => {
    const elb = createElbWorld();
    const { arn } = await elb.loadBalancer();
    const group = await elb.targetGroup();
    const rule = await elb.rule(await elb.listener(arn), 1, [everything], forward(group));
    await refuses(elb.client.deleteTargetGroup({ TargetGroupArn: group }), "ResourceInUse");
    await elb.client.deleteRule({ RuleArn: rule });
    await elb.client.deleteTargetGroup({ TargetGroupArn: group });
    await elb.client.deleteTargetGroup({ TargetGroupArn: group });
    await refuses(elb.health(group), "TargetGroupNotFound");
  });

  test("take a deregistration delay from 0 to 3600 seconds", async () => {
    const elb = createElbWorld();
    const group = await elb.targetGroup();
    for (const seconds of [0, 3600]) await elb.delay(group, seconds);
    for (const seconds of [-1, 3601, 1.5]) await refuses(elb.delay(group, seconds), "InvalidConfigurationRequest");
    expect(elb.targets.targetGroup(group)!.deregistrationDelayMs).toBe(3_600_000);
  });
});

describe("tags", () => {
  test("come with a new rule, are added, replaced, removed and described, and go with it", async () => {
    const elb = createElbWorld();
    const { arn } = await elb.loadBalancer();
    const { Rules } = await elb.client.createRule({
      ListenerArn: await elb.listener(arn),
      Priority: 1,
      Conditions: [everything],
      Actions: [{ Type: "fixed-response", FixedResponseConfig: { StatusCode: "503" } }],
      Tags: [{ Key: "operation", Value: "op-1" }],
    });
    const rule = Rules![0]!.RuleArn!;
    await elb.client.addTags({ ResourceArns: [rule, arn], Tags: [{ Key: "owner", Value: "crm" }] });
    await elb.client.addTags({ ResourceArns: [rule], Tags: [{ Key: "owner", Value: "ops" }] });
    await elb.client.removeTags({ ResourceArns: [arn], TagKeys: ["owner", "absent"] });
    const { TagDescriptions } = await elb.client.describeTags({ ResourceArns: [rule, arn] });
    expect(TagDescriptions).toEqual([
      {
        ResourceArn: rule,
        Tags: [
          { Key: "operation", Value: "op-1" },
          { Key: "owner", Value: "ops" },
        ],
      },
      { ResourceArn: arn, Tags: [] },
    ]);
    await elb.client.deleteRule({ RuleArn: rule });
    await refuses(elb.client.describeTags({ ResourceArns: [rule] }), "RuleNotFound");
  });

  test("are limited to 50 a resource, described for 20 resources at once, and never begin with aws:", async () => {
    const elb = createElbWorld();
    const { arn } = await elb.loadBalancer();
    const tags = (count: number, prefix = "key") =>
      Array.from({ length: count }, (_, index) => ({ Key: `${prefix}${index}`, Value: "" }));
    await elb.client.addTags({ ResourceArns: [arn], Tags: tags(50) });
    await refuses(elb.client.addTags({ ResourceArns: [arn], Tags: tags(1, "more") }), "TooManyTags");
    await refuses(elb.client.addTags({ ResourceArns: [arn], Tags: [{ Key: "aws:x" }] }), "ValidationError");
    await refuses(elb.client.addTags({ ResourceArns: [arn], Tags: [] }), "ValidationError");
    await refuses(elb.client.describeTags({ ResourceArns: Array.from({ length: 21 }, () => arn) }), "ValidationError");
  });
});
