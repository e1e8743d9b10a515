import { describe, expect, test } from "vitest";
import type { Rule } from "../../../src/sandbox/cloud/elbv2/model.ts";
import { createRulesInForce } from "../../../src/sandbox/cloud/elbv2/rules-in-force.ts";
import { inVirtualTime } from "../../virtual-time.ts";
import { answer, createElbWorld, everything, forward, path, sleep } from "./elb-world.ts";

const slow = { rulePropagationMinimumMs: 2_000, rulePropagationMaximumMs: 10_000 };

describe("rule changes do not take effect immediately", () => {
  test("a new rule is described at once, yet each address goes on with the old rules for a time of its own", () =>
    inVirtualTime(async () => {
      const elb = createElbWorld({ elb: slow, seed: 3 });
      const { arn, addresses } = await elb.loadBalancer();
      const listener = await elb.listener(arn);
      await elb.rule(listener, 1, [everything], answer("503", "closed"));
      const { Rules } = await elb.client.describeRules({ ListenerArn: listener });
      expect(Rules!.map(({ Priority }) => Priority)).toEqual(["1", "default"]);

      const seen: string[] = [];
      for (let second = 0; second <= 10; second += 1) {
        const statuses = await Promise.all(addresses.map(async (address) => (await elb.get(address)).status));
        seen.push(statuses.join(" "));
        await sleep(1);
      }
      expect(seen[1]).toBe("200 200");
      expect(seen.at(-1)).toBe("503 503");
      expect(new Set(seen).size).toBeGreaterThan(2);

      const inForce = elb
        .facts("rules")
        .filter(({ change, operation }) => `${change} ${operation}` === "in-force CreateRule");
      const accepted = elb.facts("rules").find(({ operation }) => operation === "CreateRule")!;
      expect(accepted.change).toBe("accepted");
      expect(new Set(inForce.map(({ address }) => address))).toEqual(new Set(addresses));
      for (const { at, ruleArn } of inForce) {
        expect(ruleArn).toBe(accepted.ruleArn);
        const delayMs = Date.parse(at) - Date.parse(accepted.at);
        expect(delayMs).toBeGreaterThanOrEqual(slow.rulePropagationMinimumMs);
        expect(delayMs).toBeLessThanOrEqual(slow.rulePropagationMaximumMs);
      }
    }));

  test("modifying and deleting a rule, and changing the default action, take their time as well", () =>
    inVirtualTime(async () => {
      const elb = createElbWorld({ elb: slow });
      const { arn, addresses } = await elb.loadBalancer();
      const listener = await elb.listener(arn);
      const rule = await elb.rule(listener, 1, [path("/a")], answer("404", "created"));
      await sleep(10);
      const ask = async () => (await elb.get(addresses[0]!, "/a")).body;
      expect(await ask()).toBe("created");

      await elb.client.modifyRule({ RuleArn: rule, Actions: [answer("404", "modified")] });
      expect(await ask()).toBe("created");
      await sleep(10);
      expect(await ask()).toBe("modified");

      await elb.client.deleteRule({ RuleArn: rule });
      expect(await ask()).toBe("modified");
      await sleep(10);
      expect(await ask()).toBe("default");

      await elb.client.modifyListener({ ListenerArn: listener, DefaultActions: [answer("200", "new default")] });
      expect(await ask()).toBe("default");
      await sleep(10);
      expect(await ask()).toBe("new default");
    }));

  test("changes reach an address in the order in which they were accepted, whatever each one's delay", () =>
    inVirtualTime(async () => {
      for (let seed = 1; seed <= 20; seed += 1) {
        const elb = createElbWorld({ elb: slow, seed });
        const { arn, addresses } = await elb.loadBalancer();
        const listener = await elb.listener(arn);
        const rules: string[] = [];
        for (const priority of [1, 2, 3]) {
          rules.push(await elb.rule(listener, priority, [everything]));
          await sleep(1);
        }
        await sleep(10);
        for (const address of addresses) {
          const inForce = elb
            .facts("rules")
            .filter((fact) => fact.address === address && fact.operation === "CreateRule");
          expect(inForce.map(({ ruleArn }) => ruleArn)).toEqual(rules);
        }
      }
    }));

  test("the switch rulesSwitchTogether puts a change in force on every address at the same instant", () =>
    inVirtualTime(async () => {
      const elb = createElbWorld({ elb: slow, switches: { rulesSwitchTogether: true }, seed: 3 });
      const { arn } = await elb.loadBalancer();
      await elb.rule(await elb.listener(arn), 1, [everything]);
      await sleep(10);
      const inForce = elb.facts("rules").filter((fact) => fact.address && fact.operation === "CreateRule");
      expect(inForce).toHaveLength(2);
      expect(inForce[0]!.at).toBe(inForce[1]!.at);
    }));

  test("a target group that no rule names any more, even a deleted one, still gets requests from addresses that lag behind", () =>
    inVirtualTime(async () => {
      const elb = createElbWorld({ elb: slow });
      const { arn, addresses } = await elb.loadBalancer();
      const group = await elb.targetGroup();
      elb.node("10.0.0.1", "old node");
      await elb.register(group, "10.0.0.1");
      const listener = await elb.listener(arn, forward(group));
      await sleep(6);
      await elb.client.modifyListener({ ListenerArn: listener, DefaultActions: [answer("503", "closed")] });
      await elb.client.deleteTargetGroup({ TargetGroupArn: group });
      expect((await elb.get(addresses[0]!)).body).toBe("old node");
      await sleep(10);
      expect((await elb.get(addresses[0]!)).body).toBe("closed");
      await elb.stop();
    }));

  test("a new listener's rules are in force as soon as it listens", () =>
    inVirtualTime(async () => {
      const elb = createElbWorld({ elb: slow });
      const { arn, addresses } = await elb.loadBalancer();
      await elb.listener(arn);
      expect((await elb.get(addresses[1]!)).status).toBe(200);
      const changes = elb.facts("rules").map(({ change, address }) => [change, address].filter(Boolean).join(" "));
      expect(changes).toEqual(["accepted", ...addresses.map((address) => `in-force ${address}`)]);
    }));

  test("changes that are due at once take effect in the order they were accepted, whichever timer fires first", () =>
    inVirtualTime(async () => {
      const { world } = createElbWorld({ elb: slow });
      const fire: (() => void)[] = [];
      const after = (_ms: number, run: () => void) => {
        fire.push(run);
        return () => {};
      };
      const inForce = createRulesInForce({
        world: { ...world, timers: { after, clear: () => {} } },
        listenerArn: "listener",
        addresses: ["127.0.0.1"],
        rules: [],
      });
      const versions = ["bypass", "closing", "open"].map((name) => [{ arn: name }] as Rule[]);
      for (const [index, rules] of versions.entries()) inForce.accept(rules, { operation: `change ${index}` });
      for (const run of fire.toReversed()) run();
      expect(inForce.at("127.0.0.1")).toBe(versions[2]);
      const logged = world.log
        .after()
        .flatMap((event) => (event.kind === "rules" && event.change === "in-force" ? [event.operation] : []));
      expect(logged).toEqual(["change 0", "change 1", "change 2"]);
    }));
});
