import { describe, expect, test } from "vitest";
import { inVirtualTime } from "../../virtual-time.ts";
import { createElbWorld, everything, forward, refuses, sleep, weighted } from "./elb-world.ts";

/** Target groups by name with the nodes in them; each node says its address. */
async function site(groups: Record<string, string[]>) {
  const elb = createElbWorld();
  const { arn, addresses } = await elb.loadBalancer();
  const arns: Record<string, string> = {};
  for (const [name, nodes] of Object.entries(groups)) {
    arns[name] = await elb.targetGroup(name);
    for (const node of nodes) elb.node(node);
    await elb.register(arns[name], ...nodes);
  }
  const listener = await elb.listener(arn);
  const ask = async (cookies: string[] = []) => {
    const headers =
      cookies.length > 0 ? { cookie: cookies.map((cookie) => cookie.split(";")[0]).join("; ") } : undefined;
    const { body, setCookies = [] } = await elb.get(addresses[0]!, "/", { headers });
    return { node: body, cookies: setCookies };
  };
  const stick = (name: string, seconds: number) =>
    elb.client.modifyTargetGroupAttributes({
      TargetGroupArn: arns[name],
      Attributes: [
        { Key: "stickiness.enabled", Value: "true" },
        { Key: "stickiness.type", Value: "lb_cookie" },
        { Key: "stickiness.lb_cookie.duration_seconds", Value: String(seconds) },
      ],
    });
  return { elb, listener, arns, ask, stick };
}
const names = (cookies: string[]) => cookies.map((cookie) => cookie.split("=")[0]);

describe("a target group's stickiness", () => {
  test("keeps a client on its target by the cookie AWSALB, and others take turns", () =>
    inVirtualTime(async () => {
      const { elb, listener, arns, ask, stick } = await site({ web: ["10.0.0.1", "10.0.0.2", "10.0.0.3"] });
      await elb.rule(listener, 1, [everything], forward(arns.web!));
      await sleep(6);
      expect((await ask()).cookies).toEqual([]);
      await stick("web", 60);
      const first = await ask();
      expect(names(first.cookies)).toEqual(["AWSALB", "AWSALBCORS"]);
      const inAWeek = new Date(Date.now() + 7 * 24 * 3_600_000).toUTCString();
      expect(first.cookies[0]).toMatch(`; Expires=${inAWeek}; Path=/`);
      expect(first.cookies[1]).toMatch(/; SameSite=None/);
      for (let i = 0; i < 4; i += 1) expect((await ask(first.cookies)).node).toBe(first.node);
      expect((await ask(first.cookies.slice(1))).node).toBe(first.node);
      const others = new Set([(await ask()).node, (await ask()).node, (await ask()).node]);
      expect(others.size).toBe(3);
      await elb.stop();
    }));

  test("lasts the duration from the last answer, whose cookie is a new one", () =>
    inVirtualTime(async () => {
      const { elb, listener, arns, ask, stick } = await site({ web: ["10.0.0.1", "10.0.0.2"] });
      await elb.rule(listener, 1, [everything], forward(arns.web!));
      await stick("web", 10);
      const first = await ask();
      await sleep(9);
      const renewed = await ask(first.cookies);
      expect(renewed.node).toBe(first.node);
      await sleep(9);
      expect((await ask(renewed.cookies)).node).toBe(first.node);
      const late = [await ask(first.cookies), await ask(first.cookies)].map(({ node }) => node);
      expect(late.toSorted()).toEqual(["10.0.0.1", "10.0.0.2"]);
      await elb.stop();
    }));

  test("ends where the target is unhealthy or drains: the client gets another and stays there", () =>
    inVirtualTime(async () => {
      const { elb, listener, arns, ask, stick } = await site({ web: ["10.0.0.1", "10.0.0.2", "10.0.0.3"] });
      await elb.rule(listener, 1, [everything], forward(arns.web!));
      await sleep(6);
      await stick("web", 3600);
      const first = await ask();
      await elb.deregister(arns.web!, first.node);
      const second = await ask(first.cookies);
      expect(second.node).not.toBe(first.node);
      expect((await ask(second.cookies)).node).toBe(second.node);
      await elb.stop();
    }));

  test("takes lb_cookie from 1 second to a week and refuses app_cookie by name", async () => {
    const { elb, arns, stick } = await site({ web: ["10.0.0.1"] });
    for (const seconds of [1, 604_800]) await stick("web", seconds);
    for (const seconds of [0, 604_801]) await refuses(stick("web", seconds), "InvalidConfigurationRequest");
    const Attributes = [{ Key: "stickiness.type", Value: "app_cookie" }];
    const change = elb.client.modifyTargetGroupAttributes({ TargetGroupArn: arns.web, Attributes });
    await refuses(change, "NotImplemented", /stickiness.type with the value 'app_cookie'/);
    await elb.stop();
  });
});

describe("a rule's target group stickiness", () => {
  const groups = { blue: ["10.0.0.1"], green: ["10.0.0.2"] };

  test("keeps a client on its group by the cookie AWSALBTG, even where its weight is 0 by now", () =>
    inVirtualTime(async () => {
      const { elb, listener, arns, ask } = await site(groups);
      const { blue, green } = arns as { blue: string; green: string };
      const stickiness = { Enabled: true, DurationSeconds: 60 };
      const RuleArn = await elb.rule(listener, 1, [everything], weighted({ [blue]: 1, [green]: 0 }, stickiness));
      const { Rules } = await elb.client.describeRules({ RuleArns: [RuleArn] });
      expect(Rules![0]!.Actions![0]!.ForwardConfig!.TargetGroupStickinessConfig).toEqual(stickiness);
      const first = await ask();
      expect(first.node).toBe("10.0.0.1");
      expect(names(first.cookies)).toEqual(["AWSALBTG", "AWSALBTGCORS"]);
      await elb.client.modifyRule({ RuleArn, Actions: [weighted({ [blue]: 0, [green]: 1 }, stickiness)] });
      expect((await ask()).node).toBe("10.0.0.2");
      expect((await ask(first.cookies)).node).toBe("10.0.0.1");
      await sleep(60);
      expect((await ask(first.cookies)).node).toBe("10.0.0.2");
      await elb.stop();
    }));

  test("does not outlive the group's part in the rule, and a cookie that is not ours counts as none", () =>
    inVirtualTime(async () => {
      const { elb, listener, arns, ask } = await site(groups);
      const { blue, green } = arns as { blue: string; green: string };
      const stickiness = { Enabled: true, DurationSeconds: 60 };
      const RuleArn = await elb.rule(listener, 1, [everything], weighted({ [blue]: 1 }, stickiness));
      const first = await ask();
      await elb.client.modifyRule({ RuleArn, Actions: [weighted({ [green]: 1 }, stickiness)] });
      expect((await ask(first.cookies)).node).toBe("10.0.0.2");
      expect((await ask(["AWSALBTG=nonsense"])).node).toBe("10.0.0.2");
      await elb.stop();
    }));

  test("without it a client that sticks to a target still changes groups by weight", () =>
    inVirtualTime(async () => {
      const { elb, listener, arns, ask, stick } = await site(groups);
      await elb.rule(listener, 1, [everything], weighted({ [arns.blue!]: 1, [arns.green!]: 1 }));
      await stick("blue", 60);
      const nodes = [];
      let { cookies } = await ask();
      for (let i = 0; i < 4; i += 1) {
        const next = await ask(cookies);
        nodes.push(next.node);
        if (next.cookies.length > 0) cookies = next.cookies;
      }
      expect(nodes.toSorted()).toEqual(["10.0.0.1", "10.0.0.1", "10.0.0.2", "10.0.0.2"]);
      await elb.stop();
    }));

  test("needs a duration from 1 second to a week", async () => {
    const { elb, listener, arns } = await site(groups);
    const create = (stickiness: object) =>
      elb.rule(listener, 1, [everything], weighted({ [arns.blue!]: 1 }, stickiness));
    await refuses(create({ Enabled: true }), "ValidationError", /DurationSeconds/);
    await refuses(create({ Enabled: true, DurationSeconds: 0 }), "ValidationError");
    await refuses(create({ Enabled: true, DurationSeconds: 604_801 }), "ValidationError");
    await create({ Enabled: true, DurationSeconds: 604_800 });
    await elb.stop();
  });
});
