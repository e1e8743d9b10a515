import { describe, expect, test } from "vitest";
import { systemClock } from "../../../src/clock.ts";
import { inVirtualTime } from "../../virtual-time.ts";
import { answer, createElbWorld, everything, forward, path, sleep } from "./elb-world.ts";

async function site() {
  const elb = createElbWorld();
  const { arn, addresses } = await elb.loadBalancer();
  const group = await elb.targetGroup();
  const listener = await elb.listener(arn, forward(group));
  return { elb, arn, group, listener, address: addresses[0]! };
}

describe("routing", () => {
  test("goes round-robin to the healthy targets and to no unhealthy one", () =>
    inVirtualTime(async () => {
      const { elb, group, address } = await site();
      for (const node of ["10.0.0.1", "10.0.0.2"]) elb.node(node);
      elb.node("10.0.0.3", "sick", 3000, 500);
      await elb.register(group, "10.0.0.1", "10.0.0.2", "10.0.0.3");
      await sleep(6);
      const bodies = [];
      for (let i = 0; i < 4; i += 1) bodies.push((await elb.get(address)).body);
      expect(bodies.toSorted()).toEqual(["10.0.0.1", "10.0.0.1", "10.0.0.2", "10.0.0.2"]);
      expect(bodies[0]).not.toBe(bodies[1]);
      await elb.stop();
    }));

  test("fails open: with no healthy target it routes to every registered one", () =>
    inVirtualTime(async () => {
      const { elb, group, address } = await site();
      for (const node of ["10.0.0.1", "10.0.0.2"]) elb.node(node, node, 3000, 500);
      await elb.register(group, "10.0.0.1", "10.0.0.2");
      const initial = [(await elb.get(address)).body, (await elb.get(address)).body];
      expect(initial.toSorted()).toEqual(["10.0.0.1", "10.0.0.2"]);
      await sleep(12);
      expect(await elb.get(address)).toMatchObject({ status: 500 });
      await elb.stop();
    }));

  test("answers 503 itself where no target is registered, and logs it without one", () =>
    inVirtualTime(async () => {
      const { elb, address, listener } = await site();
      const response = await elb.get(address, "/a?b=c");
      expect(response).toMatchObject({ status: 503, headers: { server: "awselb/2.0" } });
      const [request] = elb.facts("request");
      expect(request).toMatchObject({
        listenerArn: listener,
        address,
        host: "crm.example.com",
        method: "GET",
        path: "/a",
        action: "forward",
        status: 503,
      });
      expect(request!.target).toBeUndefined();
    }));

  test("answers 502 where the target refuses the connection and 504 where it stays silent for the idle time-out", () =>
    inVirtualTime(async () => {
      const { elb, group, address, arn } = await site();
      await elb.register(group, "10.0.0.1");
      expect((await elb.get(address)).status).toBe(502);

      elb.serve("10.0.0.1", async () => {
        await systemClock.sleep(70_000);
        return { status: 200, headers: {}, body: "late" };
      });
      const askedAt = Date.now();
      expect((await elb.get(address)).status).toBe(504);
      expect(Date.now() - askedAt).toBe(60_000);
      await elb.client.modifyLoadBalancerAttributes({
        LoadBalancerArn: arn,
        Attributes: [{ Key: "idle_timeout.timeout_seconds", Value: "80" }],
      });
      expect((await elb.get(address)).body).toBe("late");
      await elb.stop();
    }));

  test("tells the target who asked, and keeps what concerns one connection to itself", () =>
    inVirtualTime(async () => {
      const { elb, group, address } = await site();
      let seen: Record<string, string> = {};
      elb.serve("10.0.0.1", async ({ headers }) => {
        seen = headers;
        return { status: 200, headers: { "keep-alive": "timeout=5", "x-node": "1" }, body: "" };
      });
      await elb.register(group, "10.0.0.1");
      const headers = { "x-forwarded-for": "203.0.113.9", connection: "keep-alive, x-hop", "x-hop": "1", "x-end": "2" };
      const response = await elb.get(address, "/", { headers, from: "192.0.2.7" });
      expect(seen).toMatchObject({
        "x-forwarded-for": "203.0.113.9, 192.0.2.7",
        "x-forwarded-proto": "http",
        "x-forwarded-port": "80",
        "x-end": "2",
        host: "crm.example.com",
      });
      expect(seen).not.toHaveProperty("connection");
      expect(seen).not.toHaveProperty("x-hop");
      expect(response.headers).toEqual({ "x-node": "1" });
      await elb.stop();
    }));

  test("logs a request when it is answered, with the moment at which it was routed and the target that got it", () =>
    inVirtualTime(async () => {
      const { elb, group, address, listener } = await site();
      elb.serve("10.0.0.1", async () => {
        await systemClock.sleep(3_000);
        return { status: 201, headers: {}, body: "" };
      });
      await elb.register(group, "10.0.0.1");
      const routedAt = new Date().toISOString();
      await elb.get(address, "/notes", { method: "POST" });
      const { Rules } = await elb.client.describeRules({ ListenerArn: listener });
      expect(elb.facts("request")).toMatchObject([
        {
          startedAt: routedAt,
          at: new Date().toISOString(),
          ruleArn: Rules![0]!.RuleArn,
          target: { targetGroupArn: group, id: "10.0.0.1", port: 3000 },
          status: 201,
        },
      ]);
      await elb.stop();
    }));

  test("the rule with the lowest priority number decides, the default rule last", () =>
    inVirtualTime(async () => {
      const { elb, address, listener } = await site();
      await elb.rule(listener, 20, [path("/a*")], answer("200", "twenty"));
      await elb.rule(listener, 3, [path("/a/b")], answer("200", "three"));
      await elb.rule(listener, 100, [everything], answer("200", "hundred"));
      const bodies = await Promise.all(["/a/b", "/a/c", "/"].map(async (at) => (await elb.get(address, at)).body));
      expect(bodies).toEqual(["three", "twenty", "hundred"]);
    }));

  test("a fixed response has no other headers than its type: no Retry-After, no Cache-Control", () =>
    inVirtualTime(async () => {
      const { elb, address, listener } = await site();
      await elb.rule(listener, 1, [everything], answer("503", "Back soon"));
      expect(await elb.get(address)).toEqual({
        status: 503,
        headers: { server: "awselb/2.0", "content-type": "text/plain; charset=utf-8", "content-length": "9" },
        body: "Back soon",
      });
    }));

  test("a redirect keeps the parts of the URL that it does not name", () =>
    inVirtualTime(async () => {
      const { elb, address, listener } = await site();
      const redirect = {
        Type: "redirect" as const,
        RedirectConfig: { Protocol: "HTTPS", Port: "443", StatusCode: "HTTP_301" as const },
      };
      await elb.rule(listener, 1, [path("/old/*")], redirect);
      const moved = {
        Type: "redirect" as const,
        RedirectConfig: {
          Host: "new.#{host}",
          Path: "/v2/#{path}",
          Query: "from=#{port}&#{query}",
          StatusCode: "HTTP_302" as const,
        },
      };
      await elb.rule(listener, 2, [path("/api")], moved);
      const host = { headers: { host: "crm.example.com:80" } };
      expect(await elb.get(address, "/old/x?y=1", host)).toMatchObject({
        status: 301,
        headers: { location: "https://crm.example.com:443/old/x?y=1" },
      });
      expect((await elb.get(address, "/old/x", host)).headers.location).toBe("https://crm.example.com:443/old/x");
      expect(await elb.get(address, "/api?a=b", host)).toMatchObject({
        status: 302,
        headers: { location: "http://new.crm.example.com:80/v2/api?from=80&a=b" },
      });
      expect(elb.facts("request").map(({ action }) => action)).toEqual(["redirect", "redirect", "redirect"]);
    }));

  test("is each listener's own: what closes one leaves the others, and other load balancers, as they are", () =>
    inVirtualTime(async () => {
      const { elb, arn, group, listener, address } = await site();
      elb.node("10.0.0.1", "node");
      await elb.register(group, "10.0.0.1");
      await elb.listener(arn, forward(group), 8080);
      const internal = await elb.client.createLoadBalancer({
        Name: "back",
        Scheme: "internal",
        Subnets: ["subnet-a", "subnet-b"],
      });
      const { LoadBalancerArn, DNSName } = internal.LoadBalancers![0]!;
      await elb.listener(LoadBalancerArn!, answer("200", "back"));
      await elb.rule(listener, 1, [everything], answer("503", "closed"));
      expect((await elb.get(address)).body).toBe("closed");
      expect((await elb.get(address, "/", { port: 8080 })).body).toBe("node");
      for (const back of elb.hosts.resolve(DNSName!)) expect((await elb.get(back)).body).toBe("back");
      await elb.stop();
    }));

  test("sees the peer's address as the source, never X-Forwarded-For", () =>
    inVirtualTime(async () => {
      const { elb, address, listener } = await site();
      const office = { Field: "source-ip", SourceIpConfig: { Values: ["203.0.113.0/24"] } };
      await elb.rule(listener, 1, [office], answer("200", "office"));
      const headers = { "x-forwarded-for": "203.0.113.9" };
      expect((await elb.get(address, "/", { from: "203.0.113.9" })).body).toBe("office");
      expect((await elb.get(address, "/", { from: "192.0.2.1", headers })).status).toBe(503);
    }));
});
