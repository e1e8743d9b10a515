import { expect, test } from "vitest";
import { parseSeed, SeedError } from "../../../src/sandbox/seed/load-seed.ts";
import { seedLoadBalancers } from "../../../src/sandbox/seed/seed-load-balancers.ts";
import { createElbWorld } from "../elbv2/elb-world.ts";

const read = (text: string) => parseSeed(text, { fileName: "sandbox.yml", directory: "/tmp" });

async function seeded(text: string) {
  const elb = createElbWorld();
  let port = 8000;
  const { values, targetGroupArns } = await seedLoadBalancers(await read(text), {
    elb: elb.client,
    freePort: async () => ++port,
  });
  const { LoadBalancers } = await elb.client.describeLoadBalancers({});
  const { Listeners } = await elb.client.describeListeners({ LoadBalancerArn: LoadBalancers![0]!.LoadBalancerArn });
  const { Rules } = await elb.client.describeRules({ ListenerArn: Listeners![0]!.ListenerArn });
  return { elb, values, targetGroupArns, balancer: LoadBalancers![0]!, listener: Listeners![0]!, rules: Rules! };
}

test("a seed's forwards have weights and stickiness, its rules transforms, and it can be internal", async () => {
  const { elb, values, targetGroupArns, balancer, listener, rules } = await seeded(`
loadBalancers:
  crm:
    internal: true
    targetGroups: { blue: { stickySeconds: 60 }, green: {} }
    listeners:
      - default: { targetGroups: { blue: 90, green: 10 }, stickySeconds: 30 }
        rules:
          - priority: 5
            conditions: { path: [/api/*] }
            action: { targetGroup: blue }
            transforms: { url: { regex: ^/api/, replace: / }, host: { regex: ^crm, replace: api } }
`);
  expect(balancer.Scheme).toBe("internal");
  expect(values.crm).toEqual({
    url: `http://${balancer.DNSName}:8001`,
    dnsName: expect.stringMatching(/^internal-crm-/),
    port: "8001",
  });
  const [blue, green] = [targetGroupArns.get("blue"), targetGroupArns.get("green")];
  expect(listener.DefaultActions).toEqual([
    {
      Type: "forward",
      ForwardConfig: {
        TargetGroups: [
          { TargetGroupArn: blue, Weight: 90 },
          { TargetGroupArn: green, Weight: 10 },
        ],
        TargetGroupStickinessConfig: { Enabled: true, DurationSeconds: 30 },
      },
    },
  ]);
  expect(rules[0]!.Transforms).toEqual([
    { Type: "host-header-rewrite", HostHeaderRewriteConfig: { Rewrites: [{ Regex: "^crm", Replace: "api" }] } },
    { Type: "url-rewrite", UrlRewriteConfig: { Rewrites: [{ Regex: "^/api/", Replace: "/" }] } },
  ]);
  const { Attributes } = await elb.client.describeTargetGroupAttributes({ TargetGroupArn: blue });
  expect(Attributes).toContainEqual({ Key: "stickiness.enabled", Value: "true" });
  expect(Attributes).toContainEqual({ Key: "stickiness.lb_cookie.duration_seconds", Value: "60" });
  await elb.stop();
});

test("a seed's HTTPS listener can ask for a login of every kind before its actions", async () => {
  const { elb, values, listener, rules } = await seeded(`
loadBalancers:
  crm:
    targetGroups: { web: {} }
    listeners:
      - protocol: https
        port: 443
        authenticate: { oidc: { issuer: "https://login.example.com/", clientId: crm } }
        default: { targetGroup: web }
        rules:
          - priority: 1
            conditions: { path: [/jwt] }
            authenticate: { jwt: { issuer: me, jwksEndpoint: "https://login.example.com/keys" } }
            action: { targetGroup: web }
          - priority: 2
            conditions: { path: [/cognito] }
            authenticate: { cognito: { userPoolArn: "arn:aws:cognito-idp:eu-west-1:111122223333:userpool/p", clientId: c, domain: d } }
            action: { fixedResponse: { status: 200 } }
`);
  expect(values.crm!.url).toMatch(/^https:.*:443$/);
  expect(listener.Protocol).toBe("HTTPS");
  expect(rules.map(({ Actions }) => Actions!.map(({ Type, Order }) => `${Order} ${Type}`))).toEqual([
    ["1 jwt-validation", "2 forward"],
    ["1 authenticate-cognito", "2 fixed-response"],
    ["1 authenticate-oidc", "2 forward"],
  ]);
  expect(listener.DefaultActions![0]!.AuthenticateOidcConfig).toMatchObject({
    AuthorizationEndpoint: "https://login.example.com/authorize",
    TokenEndpoint: "https://login.example.com/token",
    UserInfoEndpoint: "https://login.example.com/userinfo",
  });
  await elb.stop();
});

test("a login on an HTTP listener, an unknown group among weights and a weight past 999 are problems of the file", async () => {
  const login = 'authenticate: { jwt: { issuer: me, jwksEndpoint: "https://login.example.com/keys" } }';
  const problems = async (listener: string) => {
    const text = `loadBalancers: { crm: { targetGroups: { web: {} }, listeners: [{ ${listener} }] } }`;
    const error = await read(text).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(SeedError);
    return (error as SeedError).problems;
  };
  expect(await problems(`${login}, default: { targetGroup: web }`)).toEqual([
    expect.stringMatching(/^loadBalancers\.crm\.listeners\[0\]\.authenticate: expected an HTTPS listener around it/),
  ]);
  expect(await problems("default: { targetGroups: { web: 1, wbe: 1 } }")).toEqual([
    expect.stringMatching(/\.default\.targetGroups: expected one of the target groups of crm: web, found "wbe"/),
  ]);
  expect(await problems("default: { targetGroups: { web: 1000 } }")).toEqual([expect.stringMatching(/at most 999/)]);
});
