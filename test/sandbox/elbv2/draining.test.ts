import { describe, expect, test } from "vitest";
import { systemClock } from "../../../src/clock.ts";
import { inVirtualTime } from "../../virtual-time.ts";
import { createElbWorld, forward, refuses, sleep } from "./elb-world.ts";

async function oneHealthyTarget(switches = {}) {
  const elb = createElbWorld({ switches });
  const { arn, addresses } = await elb.loadBalancer();
  const group = await elb.targetGroup();
  await elb.listener(arn, forward(group));
  elb.node("10.0.0.1");
  await elb.register(group, "10.0.0.1");
  await sleep(6);
  return { elb, group, address: addresses[0]! };
}

describe("draining", () => {
  test("lasts the full deregistration delay even with no request in flight, then the target is gone", () =>
    inVirtualTime(async () => {
      const { elb, group } = await oneHealthyTarget();
      await elb.deregister(group, "10.0.0.1");
      expect(await elb.health(group)).toEqual(["10.0.0.1 draining Target.DeregistrationInProgress"]);
      await sleep(299);
      expect(await elb.health(group)).toEqual(["10.0.0.1 draining Target.DeregistrationInProgress"]);
      await sleep(2);
      expect(await elb.health(group)).toEqual([]);
      expect(await elb.health(group, "10.0.0.1")).toEqual(["10.0.0.1 unused Target.NotRegistered"]);
    }));

  test("a delay lowered before the deregistration counts", () =>
    inVirtualTime(async () => {
      const { elb, group } = await oneHealthyTarget();
      await elb.delay(group, 5);
      await elb.deregister(group, "10.0.0.1");
      await sleep(4.9);
      expect(await elb.health(group)).toHaveLength(1);
      await sleep(0.2);
      expect(await elb.health(group)).toEqual([]);
    }));

  test("a delay lowered during the draining does not count for it", () =>
    inVirtualTime(async () => {
      const { elb, group } = await oneHealthyTarget();
      await elb.deregister(group, "10.0.0.1");
      await elb.delay(group, 5);
      await sleep(290);
      expect(await elb.health(group)).toHaveLength(1);
    }));

  test("the switch loweredDelayAppliesToDraining counts a lowered delay from the deregistration on", () =>
    inVirtualTime(async () => {
      const { elb, group } = await oneHealthyTarget({ loweredDelayAppliesToDraining: true });
      await elb.deregister(group, "10.0.0.1");
      await sleep(20);
      await elb.delay(group, 30);
      await sleep(9.9);
      expect(await elb.health(group)).toHaveLength(1);
      await elb.delay(group, 300);
      await sleep(0.2);
      expect(await elb.health(group)).toEqual([]);
    }));

  test("a draining target gets no new request while those in flight are answered by it", () =>
    inVirtualTime(async () => {
      const { elb, group, address } = await oneHealthyTarget();
      elb.serve("10.0.0.2", async () => {
        await systemClock.sleep(20_000);
        return { status: 200, headers: {}, body: "slow" };
      });
      await elb.register(group, "10.0.0.2");
      await elb.deregister(group, "10.0.0.1");
      const inFlight = elb.get(address);
      await elb.deregister(group, "10.0.0.2");
      expect((await elb.get(address)).status).toBe(503);
      expect(await inFlight).toMatchObject({ status: 200, body: "slow" });
    }));

  test("registering a draining target again revives it, to be checked anew", () =>
    inVirtualTime(async () => {
      const { elb, group } = await oneHealthyTarget();
      await elb.deregister(group, "10.0.0.1");
      await sleep(10);
      await elb.register(group, "10.0.0.1");
      expect(await elb.health(group)).toEqual(["10.0.0.1 initial Elb.RegistrationInProgress"]);
      await sleep(400);
      expect(await elb.health(group)).toEqual(["10.0.0.1 healthy"]);
      await elb.stop();
    }));

  test("deregistering an unknown target, or a draining one again, is no error and changes nothing", () =>
    inVirtualTime(async () => {
      const { elb, group } = await oneHealthyTarget();
      await elb.deregister(group, "10.0.0.1", "10.9.9.9");
      await sleep(200);
      await elb.deregister(group, "10.0.0.1");
      await sleep(101);
      expect(await elb.health(group)).toEqual([]);
      const deregistered = elb.facts("target").filter(({ change }) => change === "deregistered");
      expect(deregistered.map(({ id }) => id)).toEqual(["10.0.0.1"]);
      await refuses(
        elb.deregister("arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/x/1", "10.0.0.1"),
        "TargetGroupNotFound",
      );
    }));

  test("is logged as it happens: deregistered, draining, unused", () =>
    inVirtualTime(async () => {
      const { elb, group } = await oneHealthyTarget();
      await elb.delay(group, 5);
      await elb.deregister(group, "10.0.0.1");
      await sleep(6);
      const log = elb.facts("target").map(({ change, state, by }) => [change, state, by].filter(Boolean).join(" "));
      expect(log).toEqual([
        "registered caller",
        "health initial",
        "health initial",
        "health healthy",
        "deregistered caller",
        "health draining",
        "health unused",
      ]);
    }));
});
