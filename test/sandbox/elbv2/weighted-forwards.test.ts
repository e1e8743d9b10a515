import type { Action } from "@aws-sdk/client-elastic-load-balancing-v2";
import { describe, expect, test } from "vitest";
import { inVirtualTime } from "../../virtual-time.ts";
import { createElbWorld, everything, refuses, sleep, weighted } from "./elb-world.ts";

/** Two groups of one node each, whose nodes say the group's name. */
async function blueAndGreen() {
  const elb = createElbWorld();
  const { arn, addresses } = await elb.loadBalancer();
  const [blue, green] = [await elb.targetGroup("blue"), await elb.targetGroup("green")];
  elb.node("10.0.0.1", "blue");
  elb.node("10.0.0.2", "green");
  await elb.register(blue, "10.0.0.1");
  await elb.register(green, "10.0.0.2");
  const listener = await elb.listener(arn);
  const create = (action: Action) => elb.rule(listener, 1, [everything], action);
  const ask = (headers = {}) => elb.get(addresses[0]!, "/", { headers });
  const count = async (requests: number) => {
    const counts: Record<string, number> = {};
    for (let i = 0; i < requests; i += 1) {
      const { status, body } = await ask();
      const key = status === 200 ? body : String(status);
      counts[key] = (counts[key] ?? 0) + 1;
    }
    return counts;
  };
  return { elb, arn, blue, green, listener, create, ask, count };
}

describe("forwards to weighted target groups", () => {
  test("share requests out by weight, and none to weight 0", () =>
    inVirtualTime(async () => {
      const { elb, blue, green, create, count } = await blueAndGreen();
      const RuleArn = await create(weighted({ [blue]: 90, [green]: 10 }));
      await sleep(6);
      expect(await count(20)).toEqual({ blue: 18, green: 2 });
      await elb.client.modifyRule({ RuleArn, Actions: [weighted({ [blue]: 0, [green]: 999 })] });
      expect(await count(20)).toEqual({ green: 20 });
      await elb.stop();
    }));

  test("answer 503 where every weight is 0, with both groups in use", () =>
    inVirtualTime(async () => {
      const { elb, blue, green, create, count } = await blueAndGreen();
      await create(weighted({ [blue]: 0, [green]: 0 }));
      await sleep(6);
      expect(await count(3)).toEqual({ 503: 3 });
      expect(elb.facts("request").at(-1)).toMatchObject({ action: "forward", status: 503 });
      expect(await elb.health(blue)).toEqual(["10.0.0.1 healthy"]);
      await elb.stop();
    }));

  test("never fail over: the share of a group without targets is answered 503", () =>
    inVirtualTime(async () => {
      const { elb, blue, green, create, count } = await blueAndGreen();
      await create(weighted({ [blue]: 1, [green]: 1 }));
      await elb.deregister(green, "10.0.0.2");
      expect(await count(4)).toEqual({ blue: 2, 503: 2 });
      await elb.stop();
    }));

  test("name in the log the group that got the request", () =>
    inVirtualTime(async () => {
      const { elb, blue, green, create, count } = await blueAndGreen();
      await create(weighted({ [blue]: 1, [green]: 1 }));
      await count(2);
      const groups = elb.facts("request").map(({ target }) => target!.targetGroupArn);
      expect(new Set(groups)).toEqual(new Set([blue, green]));
      await elb.stop();
    }));

  test("are described without a TargetGroupArn, with each weight, 1 unless given", async () => {
    const { elb, blue, green, create } = await blueAndGreen();
    const RuleArns = [
      await create({
        Type: "forward",
        ForwardConfig: { TargetGroups: [{ TargetGroupArn: blue }, { TargetGroupArn: green, Weight: 0 }] },
      }),
    ];
    const { Rules } = await elb.client.describeRules({ RuleArns });
    expect(Rules![0]!.Actions).toEqual([
      {
        Type: "forward",
        ForwardConfig: {
          TargetGroups: [
            { TargetGroupArn: blue, Weight: 1 },
            { TargetGroupArn: green, Weight: 0 },
          ],
          TargetGroupStickinessConfig: { Enabled: false },
        },
      },
    ]);
    const { TargetGroups } = await elb.client.describeTargetGroups({ Names: ["blue", "green"] });
    for (const group of TargetGroups!) expect(group.LoadBalancerArns).toHaveLength(1);
    await refuses(elb.client.deleteTargetGroup({ TargetGroupArn: green }), "ResourceInUse");
    await elb.stop();
  });

  test("refuse a sixth group, a group twice, weights past 999, and groups of another load balancer", async () => {
    const { elb, blue, green, listener, create } = await blueAndGreen();
    const more = await Promise.all(["c", "d", "e", "f"].map((name) => elb.targetGroup(name)));
    const groups = [blue, green, ...more];
    const all = (arns: string[]) => weighted(Object.fromEntries(arns.map((arn) => [arn, 1])));
    await refuses(create(all(groups)), "TooManyTargetGroups", /more than 5 target groups/);
    const [TargetGroupArn] = [blue];
    const twice = {
      Type: "forward" as const,
      ForwardConfig: { TargetGroups: [{ TargetGroupArn }, { TargetGroupArn }] },
    };
    await refuses(create(twice), "ValidationError", /only once/);
    await refuses(create(weighted({ [blue]: 1000 })), "ValidationError", /less than or equal to 999/);
    await refuses(create(weighted({ [blue]: -1 })), "ValidationError", /greater than or equal to 0/);
    const both = { ...weighted({ [blue]: 1, [green]: 1 }), TargetGroupArn: blue };
    await refuses(create(both), "ValidationError", /same target group/);
    await create(all(groups.slice(0, 5)));
    const other = await elb.listener((await elb.loadBalancer("other")).arn);
    const shared = weighted({ [more[3]!]: 1, [green]: 1 });
    await refuses(elb.rule(other, 1, [everything], shared), "TargetGroupAssociationLimit", new RegExp(green));
    expect((await elb.client.describeRules({ ListenerArn: listener })).Rules).toHaveLength(2);
    await elb.stop();
  });
});
