import { describe, expect, test } from "vitest";
import { answer, createElbWorld, forward, refuses } from "./elb-world.ts";

const range = (count: number) => Array.from({ length: count }, (_, index) => index);
const address = (index: number) => `10.0.${index >> 8}.${index & 255}`;

describe("quotas", () => {
  test("of Application Load Balancers are told by DescribeAccountLimits as AWS lists them by default", async () => {
    const { client } = createElbWorld();
    const { Limits } = await client.describeAccountLimits({});
    expect(Object.fromEntries(Limits!.map(({ Name, Max }) => [Name, Max]))).toEqual({
      "application-load-balancers": "50",
      "certificates-per-application-load-balancer": "25",
      "condition-values-per-alb-rule": "5",
      "condition-wildcards-per-alb-rule": "5",
      "listeners-per-application-load-balancer": "50",
      "rules-per-application-load-balancer": "100",
      "target-groups": "3000",
      "target-groups-per-action-on-application-load-balancer": "5",
      "target-groups-per-application-load-balancer": "100",
      "targets-per-application-load-balancer": "1000",
    });
  });

  test("hold a load balancer to 50 listeners", async () => {
    const elb = createElbWorld();
    const { arn } = await elb.loadBalancer();
    for (const index of range(50)) await elb.listener(arn, answer("200", ""), 1000 + index);
    await refuses(elb.listener(arn, answer("200", ""), 2000), "TooManyListeners");
    await elb.listener((await elb.loadBalancer("other")).arn);
    await elb.stop();
  });

  test("hold a load balancer to 100 target groups", async () => {
    const elb = createElbWorld();
    const { arn } = await elb.loadBalancer();
    for (const index of range(50)) {
      const groups = [await elb.targetGroup(`a${index}`), await elb.targetGroup(`b${index}`)];
      const action = {
        Type: "forward" as const,
        ForwardConfig: { TargetGroups: groups.map((TargetGroupArn) => ({ TargetGroupArn })) },
      };
      const listener = await elb.listener(arn, action, 1000 + index);
      if (index < 49) continue;
      const more = forward(await elb.targetGroup("more"));
      const change = elb.client.modifyListener({ ListenerArn: listener, DefaultActions: [more] });
      await refuses(change, "TooManyUniqueTargetGroupsPerLoadBalancer");
    }
    await elb.stop();
  });

  test("hold a target group to 1000 targets, in use or not", async () => {
    const elb = createElbWorld();
    const group = await elb.targetGroup();
    await elb.register(group, ...range(1000).map(address));
    await refuses(elb.register(group, address(1000)), "TooManyTargets", /Target group/);
    await elb.register(group, address(0));
  });

  test("hold a load balancer to 1000 targets in all its groups", async () => {
    const elb = createElbWorld();
    const { arn } = await elb.loadBalancer();
    const [a, b] = [await elb.targetGroup("a"), await elb.targetGroup("b")];
    await elb.listener(arn, forward(a));
    await elb.listener(arn, forward(b), 81);
    await elb.register(a, ...range(999).map(address));
    await elb.register(b, "10.1.0.1");
    await refuses(elb.register(b, "10.1.0.2"), "TooManyTargets", /Load balancer/);
    await elb.stop();
  });

  test("hold a target to 100 registrations with a load balancer, each port one", async () => {
    const elb = createElbWorld();
    const { arn } = await elb.loadBalancer();
    const group = await elb.targetGroup();
    await elb.listener(arn, forward(group));
    const register = (...ports: number[]) =>
      elb.client.registerTargets({
        TargetGroupArn: group,
        Targets: ports.map((Port) => ({ Id: "10.0.0.1", Port })),
      });
    await register(...range(100).map((port) => 3000 + port));
    await refuses(register(4000), "TooManyRegistrationsForTargetId", /10\.0\.0\.1/);
    await elb.register(group, "10.0.0.2");
    await elb.stop();
  });
});
