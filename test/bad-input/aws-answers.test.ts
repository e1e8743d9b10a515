import type { ApplicationAutoScalingClient } from "@aws-sdk/client-application-auto-scaling";
import type { ECSClient } from "@aws-sdk/client-ecs";
import type { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createAutoScaling } from "../../src/aws/auto-scaling.ts";
import { createEcs } from "../../src/aws/ecs.ts";
import { isQuiet } from "../../src/aws/ecs-shapes.ts";
import { createLoadBalancers } from "../../src/aws/load-balancer.ts";
import { toClusterSnapshot, toInstance, toSnapshot } from "../../src/aws/rds-shapes.ts";
import { mutated, placesIn } from "./anything.ts";
import { runs, timeout } from "./search.ts";

const AT = new Date("2026-01-15T02:00:00Z");
const service = {
  serviceName: "web",
  serviceArn: "arn:s",
  status: "ACTIVE",
  desiredCount: 3,
  runningCount: 3,
  pendingCount: 0,
  taskDefinition: "arn:d:1",
  deployments: [
    {
      id: "d",
      status: "PRIMARY",
      taskDefinition: "arn:d:1",
      rolloutState: "IN_PROGRESS",
      desiredCount: 3,
      runningCount: 3,
    },
  ],
  loadBalancers: [{ targetGroupArn: "arn:t", containerName: "app", containerPort: 80 }],
  events: [{ createdAt: AT, message: "m" }],
};
const task = {
  taskArn: "arn:task",
  group: "service:web",
  lastStatus: "RUNNING",
  desiredStatus: "STOPPED",
  attachments: [{ type: "ElasticNetworkInterface", details: [{ name: "privateIPv4Address", value: "10.0.0.1" }] }],
  containers: [
    { name: "app", image: "i", lastStatus: "RUNNING", networkBindings: [{ containerPort: 80, hostPort: 80 }] },
  ],
  createdAt: AT,
};
const answers: Record<string, object> = {
  DescribeServicesCommand: { services: [service], failures: [] },
  DescribeTasksCommand: { tasks: [task], failures: [{ arn: "arn:other", reason: "MISSING" }] },
  DescribeRulesCommand: {
    Rules: [
      { RuleArn: "arn:rule", Priority: "7", IsDefault: false, Conditions: [], Actions: [] },
      { RuleArn: "arn:default", Priority: "default", IsDefault: true },
    ],
  },
  DescribeTagsCommand: {
    TagDescriptions: [{ ResourceArn: "arn:rule", Tags: [{ Key: "intermission:operation", Value: "op-1" }] }],
  },
  DescribeTargetGroupsCommand: {
    TargetGroups: [{ TargetGroupArn: "arn:t", TargetGroupName: "t", TargetType: "ip", LoadBalancerArns: ["arn:lb"] }],
  },
  DescribeTargetGroupAttributesCommand: { Attributes: [{ Key: "deregistration_delay.timeout_seconds", Value: "120" }] },
  DescribeTargetHealthCommand: {
    TargetHealthDescriptions: [{ Target: { Id: "10.0.0.1", Port: 80 }, TargetHealth: { State: "initial" } }],
  },
  DescribeScalableTargetsCommand: {
    ScalableTargets: [
      {
        ResourceId: "service/c/web",
        MinCapacity: 2,
        MaxCapacity: 6,
        SuspendedState: { DynamicScalingInSuspended: true },
      },
    ],
  },
};

const client = (changed: Record<string, unknown> = {}) =>
  ({
    send: async (command: object) => ({ ...answers, ...changed })[command.constructor.name] ?? {},
    config: {},
  }) as unknown as ECSClient & ElasticLoadBalancingV2Client & ApplicationAutoScalingClient;

/** One answer with something missing or null, unknown, doubled, or of a kind that AWS has only just thought of. */
function brokenAnswer(name: string): fc.Arbitrary<Record<string, unknown>> {
  const answer = answers[name]!;
  const places = placesIn(answer).filter((path) => path.length > 0 && !path.includes("createdAt"));
  return fc
    .tuple(fc.constantFrom(...places), fc.constantFrom("gone", "null", "empty", "unknown", "more"))
    .map(([path, how]) => {
      const at = path.reduce<unknown>((value, part) => (value as Record<string | number, unknown>)[part], answer);
      const isList = typeof at === "object";
      const scalar = how === "null" ? null : typeof at === "string" ? "NEVER_HEARD_OF" : at;
      // The SDK leaves out null lists, structures and items itself.
      const by = !isList ? scalar : Array.isArray(at) ? [] : {};
      const changed =
        how === "gone"
          ? mutated(answer, { kind: "removed", path })
          : how === "more"
            ? mutated(answer, { kind: "added", path: path.slice(0, -1), name: "NewMember", value: {} })
            : mutated(answer, { kind: "replaced", path, by });
      return { [name]: changed };
    });
}

/** What was read, or undefined where it was refused in words; what a broken program says is neither. */
async function readOrRefused<Value>(read: () => Promise<Value>): Promise<Value | undefined> {
  try {
    return await read();
  } catch (error) {
    expect((error as Error).message).toMatch(/^expected /);
    return undefined;
  }
}

describe("an answer of AWS that is not as documented", () => {
  const each = (name: string, check: (broken: Record<string, unknown>) => Promise<void>) =>
    fc.assert(fc.asyncProperty(brokenAnswer(name), check), runs(120));

  it("never takes nodes for gone, or a deployment for done", { timeout }, async () => {
    await each("DescribeServicesCommand", async (broken) => {
      const [found] = (await readOrRefused(() => createEcs(client(broken)).services("c", ["web"]))) ?? [];
      if (!found) return;
      expect([found.desiredCount, found.runningCount]).toEqual([3, 3]);
      expect(found.deployments.map(({ rolloutState }) => rolloutState)).not.toContain("COMPLETED");
    });
    await each("DescribeTasksCommand", async (broken) => {
      const [found] = (await readOrRefused(() => createEcs(client(broken)).tasks("c", ["arn:task"]))) ?? [];
      if (found) expect(isQuiet(found)).toBe(false);
    });
  });

  it("never takes a rule of ours for somebody else's, nor a setting for another", { timeout }, async () => {
    for (const name of ["DescribeRulesCommand", "DescribeTagsCommand"])
      await each(name, async (broken) => {
        const balancers = createLoadBalancers(client(broken));
        const rules = await readOrRefused(() => balancers.rules("arn:l"));
        for (const { priority } of rules ?? []) expect(priority).not.toBeNaN();
      });
    await each("DescribeTargetGroupAttributesCommand", async (broken) => {
      const groups = await readOrRefused(() => createLoadBalancers(client(broken)).targetGroups(["arn:t"]));
      expect(groups?.[0]?.deregistrationDelaySeconds ?? 120).toBe(120);
    });
    await each("DescribeTargetGroupsCommand", async (broken) => {
      const groups = await readOrRefused(() => createLoadBalancers(client(broken)).targetGroups(["arn:t"]));
      for (const { arn } of groups ?? []) expect(arn).toBe("arn:t");
    });
    await each("DescribeTargetHealthCommand", async (broken) => {
      const health = await readOrRefused(() => createLoadBalancers(client(broken)).targetHealth("arn:t"));
      expect((health ?? []).map(({ state }) => state)).not.toContain("healthy");
    });
  });

  it.each([
    ["no tags of a rule", { DescribeTagsCommand: { TagDescriptions: [] } }],
    ["tags of nobody", { DescribeTagsCommand: { TagDescriptions: [{ Tags: [] }] } }],
    ["a rule without a priority", { DescribeRulesCommand: { Rules: [{ RuleArn: "arn:rule" }] } }],
    ["a rule without an ARN", { DescribeRulesCommand: { Rules: [{ Priority: "1" }] } }],
  ])("is refused with %s", async (_what, broken) => {
    await expect(createLoadBalancers(client(broken)).rulesOfOperation("arn:l", "op-1")).rejects.toThrow(
      /^expected AWS to say/,
    );
  });

  it.each(["desiredCount", "runningCount", "pendingCount", "serviceName", "serviceArn"])(
    "is refused for a service without its %s",
    async (member) => {
      const broken = { DescribeServicesCommand: { services: [{ ...service, [member]: undefined }] } };
      await expect(createEcs(client(broken)).services("c", ["web"])).rejects.toThrow(/^expected AWS to say/);
    },
  );

  it("is read as unfinished where a snapshot or a database says nothing of itself", () => {
    expect(toSnapshot({ DBSnapshotIdentifier: "s", DBSnapshotArn: "a" })).toMatchObject({ status: "", percent: 0 });
    expect(toClusterSnapshot({ DBClusterSnapshotIdentifier: "s", DBClusterSnapshotArn: "a" })).toMatchObject({
      status: "",
    });
    expect(toInstance({ DBInstanceIdentifier: "d" })).toMatchObject({ status: "", addresses: [] });
    for (const nameless of [() => toSnapshot({}), () => toClusterSnapshot({}), () => toInstance({})])
      expect(nameless).toThrow(/^expected AWS to say which/);
  });

  it("keeps the bounds of a scalable target, or says that it knows none", { timeout }, async () => {
    await each("DescribeScalableTargetsCommand", async (broken) => {
      const targets = await readOrRefused(() => createAutoScaling(client(broken)).scalableTargets(["service/c/web"]));
      for (const { minCapacity, maxCapacity } of targets ?? []) expect([minCapacity, maxCapacity]).toEqual([2, 6]);
    });
  });
});
