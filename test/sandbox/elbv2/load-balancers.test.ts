import { describe, expect, test } from "vitest";
import { answer, CERTIFICATE, createElbWorld, everything, forward, refuses } from "./elb-world.ts";

const SUBNETS = ["subnet-a", "subnet-b"];

describe("load balancers", () => {
  test("have an ARN, a name in DNS and an address for each subnet", async () => {
    const elb = createElbWorld();
    const { LoadBalancers } = await elb.client.createLoadBalancer({ Name: "crm", Subnets: [...SUBNETS, "subnet-c"] });
    const [created] = LoadBalancers!;
    expect(created).toMatchObject({
      LoadBalancerArn: expect.stringMatching(
        /^arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer\/app\/crm\/[0-9a-f]{16}$/,
      ),
      DNSName: expect.stringMatching(/^crm-\d{10}\.eu-west-1\.elb\.amazonaws\.com$/),
      Scheme: "internet-facing",
      State: { Code: "active" },
      Type: "application",
      IpAddressType: "ipv4",
    });
    expect(created!.AvailabilityZones!.map(({ ZoneName }) => ZoneName)).toEqual([
      "eu-west-1a",
      "eu-west-1b",
      "eu-west-1c",
    ]);
    expect(elb.hosts.resolve(created!.DNSName!)).toHaveLength(3);
    const internal = { Name: "back", Subnets: SUBNETS, Scheme: "internal" as const };
    const second = (await elb.client.createLoadBalancer(internal)).LoadBalancers![0]!;
    expect(second.DNSName).toMatch(/^internal-back-/);
    const shared = elb.hosts
      .resolve(second.DNSName!)
      .filter((address) => elb.hosts.resolve(created!.DNSName!).includes(address));
    expect(shared).toEqual([]);
  });

  test("creating one again with the same settings answers the one there is, with others is refused", async () => {
    const elb = createElbWorld();
    const { arn } = await elb.loadBalancer();
    expect((await elb.loadBalancer()).arn).toBe(arn);
    const other = { Name: "crm", Subnets: ["subnet-c", "subnet-d"] };
    await refuses(elb.client.createLoadBalancer(other), "DuplicateLoadBalancerName");
  });

  test.each<[what: string, input: object, code: string]>([
    ["one subnet", { Subnets: ["subnet-a"] }, "ValidationError"],
    ["the same subnet twice", { Subnets: ["subnet-a", "subnet-a"] }, "ValidationError"],
    ["what is no subnet", { Subnets: ["subnet-a", "eu-west-1a"] }, "SubnetNotFound"],
    ["a name that begins with internal-", { Name: "internal-crm" }, "ValidationError"],
    ["a name of 33 characters", { Name: "x".repeat(33) }, "ValidationError"],
    ["an unknown scheme", { Scheme: "public" }, "ValidationError"],
    ["a Network Load Balancer, which it does not simulate", { Type: "network" }, "NotImplemented"],
    ["the same tag twice", { Tags: [{ Key: "a" }, { Key: "a" }] }, "DuplicateTagKeys"],
  ])("refuse %s", async (_what, input, code) => {
    const { client } = createElbWorld();
    await refuses(client.createLoadBalancer({ Name: "crm", Subnets: SUBNETS, ...input }), code);
  });

  test("are found by name and ARN and page by page", async () => {
    const elb = createElbWorld();
    const { arn } = await elb.loadBalancer("one");
    await elb.loadBalancer("two");
    const named = await elb.client.describeLoadBalancers({ Names: ["one"] });
    expect(named.LoadBalancers!.map(({ LoadBalancerArn }) => LoadBalancerArn)).toEqual([arn]);
    const first = await elb.client.describeLoadBalancers({ PageSize: 1 });
    const second = await elb.client.describeLoadBalancers({ PageSize: 1, Marker: first.NextMarker });
    expect(first.LoadBalancers!.concat(second.LoadBalancers!).map((one) => one.LoadBalancerName)).toEqual([
      "one",
      "two",
    ]);
    expect(second.NextMarker).toBeUndefined();
    await refuses(elb.client.describeLoadBalancers({ Names: ["three"] }), "LoadBalancerNotFound");
    await refuses(elb.client.describeLoadBalancers({ LoadBalancerArns: [`${arn}0`] }), "LoadBalancerNotFound");
  });

  test("deleting takes the listeners, the rules and the name along, and succeeds again", async () => {
    const elb = createElbWorld();
    const { arn, dnsName, addresses } = await elb.loadBalancer();
    const group = await elb.targetGroup();
    const listener = await elb.listener(arn, forward(group));
    await elb.client.deleteLoadBalancer({ LoadBalancerArn: arn });
    await elb.client.deleteLoadBalancer({ LoadBalancerArn: arn });
    await expect(elb.get(addresses[0]!)).rejects.toThrow("ECONNREFUSED");
    expect(elb.hosts.resolve(dnsName)).toEqual([]);
    await refuses(elb.client.describeRules({ ListenerArn: listener }), "ListenerNotFound");
    await elb.client.deleteTargetGroup({ TargetGroupArn: group });
  });

  test("deletion protection holds", async () => {
    const elb = createElbWorld();
    const { arn } = await elb.loadBalancer();
    const protect = (Value: string) =>
      elb.client.modifyLoadBalancerAttributes({
        LoadBalancerArn: arn,
        Attributes: [{ Key: "deletion_protection.enabled", Value }],
      });
    await protect("true");
    await refuses(elb.client.deleteLoadBalancer({ LoadBalancerArn: arn }), "OperationNotPermitted");
    await refuses(protect("yes"), "InvalidConfigurationRequest");
    await protect("false");
    await elb.client.deleteLoadBalancer({ LoadBalancerArn: arn });
  });

  test("an attribute without effect here can be set to its default only", async () => {
    const elb = createElbWorld();
    const LoadBalancerArn = (await elb.loadBalancer()).arn;
    const set = (Key: string, Value: string) =>
      elb.client.modifyLoadBalancerAttributes({ LoadBalancerArn, Attributes: [{ Key, Value }] });
    await set("routing.http2.enabled", "true");
    await refuses(set("routing.http2.enabled", "false"), "NotImplemented", /routing.http2.enabled/);
    await refuses(set("made.up", "1"), "ValidationError", /not recognized/);
    const { Attributes } = await elb.client.describeLoadBalancerAttributes({ LoadBalancerArn });
    expect(Attributes).toContainEqual({ Key: "idle_timeout.timeout_seconds", Value: "60" });
  });

  test("the account's quotas are told", async () => {
    const { client } = createElbWorld();
    const { Limits } = await client.describeAccountLimits({});
    expect(Limits).toContainEqual({ Name: "rules-per-application-load-balancer", Max: "100" });
  });
});

describe("listeners", () => {
  test("have an ARN under their load balancer's and describe their default action", async () => {
    const elb = createElbWorld();
    const { arn } = await elb.loadBalancer();
    const listener = await elb.listener(arn);
    expect(listener).toMatch(/:listener\/app\/crm\/[0-9a-f]{16}\/[0-9a-f]{16}$/);
    const { Listeners } = await elb.client.describeListeners({ LoadBalancerArn: arn });
    expect(Listeners).toMatchObject([
      {
        ListenerArn: listener,
        LoadBalancerArn: arn,
        Port: 80,
        Protocol: "HTTP",
        DefaultActions: [answer("200", "default")],
      },
    ]);
    expect((await elb.client.describeListeners({ ListenerArns: [listener] })).Listeners).toEqual(Listeners);
    await refuses(elb.client.describeListeners({}), "ValidationError");
    const { Attributes } = await elb.client.describeListenerAttributes({ ListenerArn: listener });
    expect(Attributes).toContainEqual({ Key: "routing.http.response.server.enabled", Value: "true" });
  });

  test("a port takes one listener: the same again is the same, another is refused", async () => {
    const elb = createElbWorld();
    const { arn } = await elb.loadBalancer();
    const listener = await elb.listener(arn);
    expect(await elb.listener(arn)).toBe(listener);
    await refuses(elb.listener(arn, answer("404", "")), "DuplicateListener");
    const second = await elb.listener(arn, answer("404", ""), 81);
    await refuses(elb.client.modifyListener({ ListenerArn: second, Port: 80 }), "DuplicateListener");
  });

  test("a port that another process or load balancer holds is named, and leaves no listener behind", async () => {
    const elb = createElbWorld();
    const { arn, addresses } = await elb.loadBalancer();
    const free = elb.node(addresses[1]!, "stranger", 80);
    await refuses(elb.listener(arn), "InvalidConfigurationRequest", new RegExp(`${addresses[1]}:80`));
    expect((await elb.client.describeListeners({ LoadBalancerArn: arn })).Listeners).toEqual([]);
    free();
    await elb.listener(arn);
  });

  test("can move to another port", async () => {
    const elb = createElbWorld();
    const { arn, addresses } = await elb.loadBalancer();
    const listener = await elb.listener(arn);
    await elb.client.modifyListener({ ListenerArn: listener, Port: 8080 });
    expect((await elb.get(addresses[0]!, "/", { port: 8080 })).status).toBe(200);
    await expect(elb.get(addresses[0]!)).rejects.toThrow("ECONNREFUSED");
  });

  test("deleting closes the port on every address and drops rules that were on their way", async () => {
    const elb = createElbWorld({ elb: { rulePropagationMinimumMs: 50, rulePropagationMaximumMs: 50 } });
    const { arn, addresses } = await elb.loadBalancer();
    const listener = await elb.listener(arn);
    await elb.rule(listener, 1, [everything]);
    await elb.client.deleteListener({ ListenerArn: listener });
    for (const address of addresses) await expect(elb.get(address)).rejects.toThrow("ECONNREFUSED");
    await refuses(elb.client.deleteListener({ ListenerArn: listener }), "ListenerNotFound");
  });

  test("over HTTPS have one certificate and a security policy, and describe both", async () => {
    const elb = createElbWorld();
    const { arn, addresses } = await elb.loadBalancer();
    const ListenerArn = await elb.secureListener(arn);
    const described = async () => (await elb.client.describeListeners({ ListenerArns: [ListenerArn] })).Listeners![0];
    expect(await described()).toMatchObject({
      Protocol: "HTTPS",
      Port: 443,
      Certificates: [{ CertificateArn: CERTIFICATE }],
      SslPolicy: "ELBSecurityPolicy-2016-08",
    });
    expect(await elb.secureListener(arn)).toBe(ListenerArn);
    const SslPolicy = "ELBSecurityPolicy-TLS13-1-2-2021-06";
    const renewed = CERTIFICATE.replace("0a1b", "0c1d");
    await elb.client.modifyListener({ ListenerArn, SslPolicy, Certificates: [{ CertificateArn: renewed }] });
    expect(await described()).toMatchObject({ SslPolicy, Certificates: [{ CertificateArn: renewed }] });
    expect((await elb.get(addresses[0]!, "/", { port: 443 })).body).toBe("default");
  });

  test("over HTTPS tell the target so, and redirect to HTTPS and never to HTTP", async () => {
    const elb = createElbWorld();
    const { arn, addresses } = await elb.loadBalancer();
    const group = await elb.targetGroup();
    let seen: Record<string, string> = {};
    elb.serve("10.0.0.1", async ({ headers }) => {
      seen = headers;
      return { status: 200, headers: {}, body: "" };
    });
    await elb.register(group, "10.0.0.1");
    const listener = await elb.secureListener(arn, [forward(group)]);
    await elb.get(addresses[0]!, "/", { port: 443 });
    expect(seen).toMatchObject({ "x-forwarded-proto": "https", "x-forwarded-port": "443" });
    const redirect = (Protocol?: string) => ({
      Type: "redirect" as const,
      RedirectConfig: { Protocol, Path: "/new", StatusCode: "HTTP_302" as const },
    });
    await refuses(elb.rule(listener, 1, [everything], redirect("HTTP")), "InvalidLoadBalancerAction", /HTTPS to HTTP/);
    await elb.rule(listener, 1, [everything], redirect());
    const { headers } = await elb.get(addresses[0]!, "/old", { port: 443 });
    expect(headers.location).toBe("https://crm.example.com:443/new");
    await elb.stop();
  });

  test("refuse TCP, a missing port, and certificates where they do not belong", async () => {
    const elb = createElbWorld();
    const LoadBalancerArn = (await elb.loadBalancer()).arn;
    const create = (more: object) =>
      elb.client.createListener({ LoadBalancerArn, DefaultActions: [answer("200", "")], ...more });
    const one = { CertificateArn: CERTIFICATE };
    const https = { Protocol: "HTTPS", Port: 443, Certificates: [one] };
    await refuses(create({ Protocol: "HTTPS", Port: 443 }), "ValidationError", /exactly one certificate/);
    await refuses(create({ ...https, Certificates: [one, one] }), "ValidationError", /exactly one certificate/);
    await refuses(create({ ...https, Certificates: [{ CertificateArn: "cert" }] }), "ValidationError");
    await refuses(create({ ...https, SslPolicy: "Mine" }), "SSLPolicyNotFound");
    await refuses(create({ ...https, Protocol: "HTTP" }), "ValidationError", /no certificate/);
    await refuses(create({ Protocol: "TCP", Port: 80 }), "ValidationError");
    await refuses(create({ Protocol: "HTTP" }), "ValidationError", /port/);
    await refuses(create({ Protocol: "HTTP", Port: 70_000 }), "ValidationError");
    const ListenerArn = await elb.listener(LoadBalancerArn);
    const change = { ListenerArn, Protocol: "HTTPS" as const, Certificates: [one] };
    await refuses(elb.client.modifyListener(change), "NotImplemented", /changes of a listener's protocol/);
  });
});

describe("state", () => {
  test("shows rules as accepted and as each address evaluates them by now", async () => {
    const elb = createElbWorld({ elb: { rulePropagationMinimumMs: 60_000, rulePropagationMaximumMs: 60_000 } });
    const { arn, addresses } = await elb.loadBalancer();
    const listener = await elb.listener(arn);
    await elb.rule(listener, 1, [everything]);
    const [shown] = elb.state().loadBalancers[0]!.listeners;
    expect(shown!.rules.map(({ Priority }) => Priority)).toEqual(["1", "default"]);
    expect(shown!.inForce[addresses[0]!]!.map(({ Priority }) => Priority)).toEqual(["default"]);
    expect(() => JSON.stringify(elb.state())).not.toThrow();
    await elb.stop();
  });
});
