import { describe, expect, test } from "vitest";
import { systemClock } from "../../../src/clock.ts";
import { inVirtualTime } from "../../virtual-time.ts";
import { answer, createElbWorld, everything, forward, refuses, sleep } from "./elb-world.ts";

async function usedGroup(options: Parameters<typeof createElbWorld>[0] = {}) {
  const elb = createElbWorld(options);
  const { arn, addresses } = await elb.loadBalancer();
  const group = await elb.targetGroup();
  const listener = await elb.listener(arn, forward(group));
  return { elb, group, listener, arn, address: addresses[0]! };
}

describe("target health", () => {
  test("after registration a target must pass one health check to be healthy, whatever the threshold", () =>
    inVirtualTime(async () => {
      const { elb, group } = await usedGroup({ elb: { registrationMs: 2_000 } });
      elb.node("10.0.0.1");
      await elb.register(group, "10.0.0.1");
      expect(await elb.health(group)).toEqual(["10.0.0.1 initial Elb.RegistrationInProgress"]);
      await sleep(1.9);
      expect(await elb.health(group)).toEqual(["10.0.0.1 initial Elb.RegistrationInProgress"]);
      await sleep(0.2);
      expect(await elb.health(group)).toEqual(["10.0.0.1 healthy"]);
      await elb.stop();
    }));

  test("says why a target is unhealthy: a wrong code, no answer in time, no connection", () =>
    inVirtualTime(async () => {
      const { elb, group } = await usedGroup();
      elb.node("10.0.0.1", "", 3000, 500);
      elb.serve("10.0.0.2", async () => {
        await systemClock.sleep(60_000);
        return { status: 200, headers: {}, body: "" };
      });
      await elb.register(group, "10.0.0.1", "10.0.0.2", "10.0.0.3");
      await sleep(12);
      expect(await elb.health(group)).toEqual([
        "10.0.0.1 unhealthy Target.ResponseCodeMismatch",
        "10.0.0.2 unhealthy Target.Timeout",
        "10.0.0.3 unhealthy Target.FailedHealthChecks",
      ]);
      const { TargetHealthDescriptions } = await elb.client.describeTargetHealth({ TargetGroupArn: group });
      expect(TargetHealthDescriptions![0]).toMatchObject({
        HealthCheckPort: "3000",
        TargetHealth: { Description: "Health checks failed with these codes: [500]" },
      });
      await elb.stop();
    }));

  describe("when the health check of the group is changed", () => {
    /** A group whose only target stops answering right before it is to be asked more often. */
    async function askedMoreOften(options?: Parameters<typeof usedGroup>[0]) {
      const { elb, group } = await usedGroup(options);
      await elb.client.modifyTargetGroup({ TargetGroupArn: group, HealthCheckIntervalSeconds: 100 });
      const stop = elb.node("10.0.0.1");
      await elb.register(group, "10.0.0.1");
      await sleep(1);
      stop();
      await elb.client.modifyTargetGroup({ TargetGroupArn: group, HealthCheckIntervalSeconds: 5 });
      return { elb, group };
    }

    test("the next check of a target is the last one at the old interval", () =>
      inVirtualTime(async () => {
        const { elb, group } = await askedMoreOften();
        await sleep(90);
        expect(await elb.health(group)).toEqual(["10.0.0.1 healthy"]);
        await sleep(20);
        expect(await elb.health(group)).toEqual(["10.0.0.1 unhealthy Target.FailedHealthChecks"]);
        await elb.stop();
      }));

    test("a switch leaves targets that are registered already as they were asked", () =>
      inVirtualTime(async () => {
        const { elb, group } = await askedMoreOften({ switches: { healthCheckChangeReachesRegistered: false } });
        await sleep(190);
        expect(await elb.health(group)).toEqual(["10.0.0.1 healthy"]);
        await sleep(20);
        expect(await elb.health(group)).toEqual(["10.0.0.1 unhealthy Target.FailedHealthChecks"]);
        await elb.stop();
      }));

    test("a switch begins the checks of every target anew", () =>
      inVirtualTime(async () => {
        const { elb, group } = await askedMoreOften({ switches: { healthCheckChangeStartsAnew: true } });
        await sleep(11);
        expect(await elb.health(group)).toEqual(["10.0.0.1 unhealthy Target.FailedHealthChecks"]);
        await elb.stop();
      }));
  });

  test("a target that fails and recovers is unhealthy and healthy again after the thresholds", () =>
    inVirtualTime(async () => {
      const { elb, group } = await usedGroup();
      const stop = elb.node("10.0.0.1");
      await elb.register(group, "10.0.0.1");
      await sleep(6);
      stop();
      await sleep(5);
      expect(await elb.health(group)).toEqual(["10.0.0.1 healthy"]);
      await sleep(5);
      expect(await elb.health(group)).toEqual(["10.0.0.1 unhealthy Target.FailedHealthChecks"]);
      elb.node("10.0.0.1");
      await sleep(10);
      expect(await elb.health(group)).toEqual(["10.0.0.1 healthy"]);
      await elb.stop();
    }));

  test("an unhealthy target that answers well only every other time stays unhealthy", () =>
    inVirtualTime(async () => {
      const { elb, group } = await usedGroup();
      let checks = 0;
      elb.serve("10.0.0.1", async () => {
        checks += 1;
        return { status: checks > 2 && checks % 2 ? 200 : 500, headers: {}, body: "" };
      });
      await elb.register(group, "10.0.0.1");
      await sleep(61);
      expect(checks).toBeGreaterThan(10);
      expect(await elb.health(group)).toEqual(["10.0.0.1 unhealthy Target.ResponseCodeMismatch"]);
      await elb.stop();
    }));

  test("checks the group's path and accepts the codes of its matcher", () =>
    inVirtualTime(async () => {
      const { elb, group } = await usedGroup();
      const asked: string[] = [];
      elb.serve("10.0.0.1", async ({ path, headers }) => {
        asked.push(`${path} ${headers["user-agent"]}`);
        return { status: 302, headers: {}, body: "" };
      });
      await elb.client.modifyTargetGroup({
        TargetGroupArn: group,
        HealthCheckPath: "/health",
        Matcher: { HttpCode: "200,300-399" },
      });
      await elb.register(group, "10.0.0.1");
      await sleep(6);
      expect(await elb.health(group)).toEqual(["10.0.0.1 healthy"]);
      expect(asked[0]).toBe("/health ELB-HealthChecker/2.0");
      await elb.stop();
    }));

  test("a target group that no rule and no listener uses is unused and not checked", () =>
    inVirtualTime(async () => {
      const { elb, group, listener } = await usedGroup();
      let checks = 0;
      elb.serve("10.0.0.1", async () => {
        checks += 1;
        return { status: 200, headers: {}, body: "" };
      });
      await elb.register(group, "10.0.0.1");
      await sleep(6);
      await elb.client.modifyListener({ ListenerArn: listener, DefaultActions: [answer("503", "closed")] });
      expect(await elb.health(group)).toEqual(["10.0.0.1 unused Target.NotInUse"]);
      const before = checks;
      await sleep(60);
      expect(checks).toBe(before);

      await elb.rule(listener, 1, [everything], forward(group));
      expect(await elb.health(group)).toEqual(["10.0.0.1 initial Elb.RegistrationInProgress"]);
      await sleep(6);
      expect(await elb.health(group)).toEqual(["10.0.0.1 healthy"]);
      await elb.stop();
    }));

  test("a target of an unused group leaves at once: nothing routes to it that could drain", () =>
    inVirtualTime(async () => {
      const elb = createElbWorld();
      const group = await elb.targetGroup();
      await elb.register(group, "10.0.0.1");
      expect(await elb.health(group)).toEqual(["10.0.0.1 unused Target.NotInUse"]);
      await elb.deregister(group, "10.0.0.1");
      expect(await elb.health(group)).toEqual([]);
    }));
});

describe("the registry that ECS uses", () => {
  test("a target registered by hand stands beside a service's own, and each side's deregistration leaves the other's alone", () =>
    inVirtualTime(async () => {
      const { elb, group } = await usedGroup();
      elb.node("10.0.0.1");
      elb.node("10.0.0.2");
      elb.targets.register(group, { id: "10.0.0.1", port: 3000 }, "service");
      await elb.register(group, "10.0.0.2");
      await sleep(6);
      elb.targets.deregister(group, { id: "10.0.0.1", port: 3000 });
      expect(elb.targets.health(group, { id: "10.0.0.1", port: 3000 })).toBe("draining");
      expect(elb.targets.health(group, { id: "10.0.0.2", port: 3000 })).toBe("healthy");
      await sleep(301);
      expect(elb.targets.health(group, { id: "10.0.0.1", port: 3000 })).toBeUndefined();
      expect(await elb.health(group)).toEqual(["10.0.0.2 healthy"]);
      const registered = elb.facts("target").filter(({ change }) => change === "registered");
      expect(registered.map(({ id, by }) => `${id} ${by}`)).toEqual(["10.0.0.1 service", "10.0.0.2 caller"]);
      await elb.stop();
    }));

  test("tells a group's type, its delay of the moment and its load balancer", () =>
    inVirtualTime(async () => {
      const { elb, group, arn } = await usedGroup();
      await elb.delay(group, 7);
      expect(elb.targets.targetGroup(group)).toEqual({
        targetType: "ip",
        deregistrationDelayMs: 7_000,
        loadBalancerArns: [arn],
      });
      const unused = await elb.targetGroup("unused");
      expect(elb.targets.targetGroup(unused)?.loadBalancerArns).toEqual([]);
      expect(elb.targets.targetGroup(`${group}0`)).toBeUndefined();
    }));

  test("refuses targets that cannot be: a public address, a name, an instance", () =>
    inVirtualTime(async () => {
      const elb = createElbWorld();
      const group = await elb.targetGroup();
      await refuses(elb.register(group, "8.8.8.8"), "InvalidTarget");
      await refuses(elb.register(group, "web-1"), "ValidationError");
      await refuses(elb.register(group), "ValidationError");
      const instances = await elb.targetGroup("instances", { TargetType: "instance" });
      await refuses(elb.register(instances, "i-0123456789abcdef0"), "InvalidTarget");
      expect(await elb.health(group)).toEqual([]);
    }));
});
