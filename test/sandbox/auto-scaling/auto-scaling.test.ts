import * as sdk from "@aws-sdk/client-application-auto-scaling";
import { ApplicationAutoScaling } from "@aws-sdk/client-application-auto-scaling";
import { describe, expect, it } from "vitest";
import { systemClock } from "../../../src/clock.ts";
import { createAutoScaling } from "../../../src/sandbox/cloud/auto-scaling/auto-scaling.ts";
import { createEventLog } from "../../../src/sandbox/cloud/event-log.ts";
import { latenciesSchema, switchesSchema } from "../../../src/sandbox/cloud/settings.ts";
import { createIds, createTimers, type World } from "../../../src/sandbox/cloud/world.ts";
import { createEndpoint, inProcess } from "../../../src/sandbox/wire/server.ts";
import { describeService } from "../../../src/sandbox/wire/service.ts";

const service = describeService(sdk, sdk.ApplicationAutoScalingClient);
const web = {
  ServiceNamespace: "ecs",
  ResourceId: "service/crm/web",
  ScalableDimension: "ecs:service:DesiredCount",
} as const;
const ALL_SUSPENDED = {
  DynamicScalingInSuspended: true,
  DynamicScalingOutSuspended: true,
  ScheduledScalingSuspended: true,
};

function setUp(desiredCount = 3) {
  const log = createEventLog(systemClock);
  const world: World = {
    account: "111122223333",
    region: "eu-west-1",
    clock: systemClock,
    timers: createTimers(),
    ids: createIds(1),
    log,
    latencies: latenciesSchema.parse({}),
    switches: switchesSchema.parse({}),
  };
  const desired = new Map<string, number>([[web.ResourceId, desiredCount]]);
  const { handlers } = createAutoScaling(world, {
    counts: {
      desiredCount: (resourceId) => desired.get(resourceId),
      setDesiredCount: (resourceId, count) => void desired.set(resourceId, count),
      isDeploying: () => false,
    },
  });
  const client = new ApplicationAutoScaling({
    region: world.region,
    endpoint: "http://sandbox",
    credentials: { accessKeyId: "A", secretAccessKey: "S" },
    maxAttempts: 1,
    requestHandler: inProcess(createEndpoint({ mounts: [{ service, handlers }] })),
  });
  const described = async () => (await client.describeScalableTargets({ ServiceNamespace: "ecs" })).ScalableTargets![0];
  return { client, log, desired, described, count: () => desired.get(web.ResourceId) };
}

async function registered({ desiredCount = 3, bounds = { MinCapacity: 2, MaxCapacity: 5 } } = {}) {
  const set = setUp(desiredCount);
  await set.client.registerScalableTarget({ ...web, ...bounds });
  return set;
}

describe("the RegisterScalableTarget trap", () => {
  it("raises a service at 0 to the minimum capacity in the very call that only suspends scaling", async () => {
    const { client, desired, count, log } = await registered();
    desired.set(web.ResourceId, 0);
    await client.registerScalableTarget({ ...web, SuspendedState: ALL_SUSPENDED });
    expect(count()).toBe(2);
    expect(log.after().at(-1)).toMatchObject({
      kind: "scaling",
      change: "adjusted",
      desiredCount: 2,
      suspended: { in: true, out: true, scheduled: true },
    });
  });

  it("raises it again in a call that resumes scaling", async () => {
    const { client, desired, count } = await registered();
    await client.registerScalableTarget({ ...web, SuspendedState: ALL_SUSPENDED });
    desired.set(web.ResourceId, 1);
    await client.registerScalableTarget({ ...web, SuspendedState: { DynamicScalingOutSuspended: false } });
    expect(count()).toBe(2);
  });

  it("lowers a service that is above the maximum capacity", async () => {
    const { client, desired, count } = await registered();
    desired.set(web.ResourceId, 9);
    await client.registerScalableTarget({ ...web });
    expect(count()).toBe(5);
  });

  it("leaves a count within the bounds alone", async () => {
    const { client, count, log } = await registered();
    await client.registerScalableTarget({ ...web, SuspendedState: ALL_SUSPENDED });
    expect(count()).toBe(3);
    expect(log.after().map((event) => event.kind === "scaling" && event.change)).toEqual(["registered", "registered"]);
  });

  it("is avoided by a minimum capacity of 0 in the same call", async () => {
    const { client, desired, count } = await registered();
    desired.set(web.ResourceId, 0);
    await client.registerScalableTarget({ ...web, MinCapacity: 0, SuspendedState: ALL_SUSPENDED });
    expect(count()).toBe(0);
  });

  it("springs at the first registration too", async () => {
    const { count } = await registered({ desiredCount: 1 });
    expect(count()).toBe(2);
  });
});

describe("Application Auto Scaling", () => {
  it("keeps members that an update omits", async () => {
    const { client, described } = await registered();
    const before = await described();
    await client.registerScalableTarget({ ...web, SuspendedState: { DynamicScalingInSuspended: true } });
    await client.registerScalableTarget({ ...web, MaxCapacity: 6 });
    expect(await described()).toEqual({
      ...before,
      MaxCapacity: 6,
      SuspendedState: {
        DynamicScalingInSuspended: true,
        DynamicScalingOutSuspended: false,
        ScheduledScalingSuspended: false,
      },
    });
  });

  it.each([
    ["no bounds at the first registration", {}, "required"],
    ["a minimum above the maximum", { MinCapacity: 3, MaxCapacity: 2 }, "cannot be less"],
    ["a negative minimum", { MinCapacity: -1, MaxCapacity: 2 }, "greater than or equal to 0"],
    [
      "a dimension that is none",
      { ScalableDimension: "ecs:service:Mood" as never, MinCapacity: 1, MaxCapacity: 2 },
      "enum value set",
    ],
    [
      "another service's dimension",
      { ScalableDimension: "rds:cluster:ReadReplicaCount" as const, MinCapacity: 1, MaxCapacity: 2 },
      "Unsupported",
    ],
    ["a resource id of another form", { ResourceId: "web", MinCapacity: 1, MaxCapacity: 2 }, "service/CLUSTER/SERVICE"],
    [
      "a service that does not exist",
      { ResourceId: "service/crm/none", MinCapacity: 1, MaxCapacity: 2 },
      "doesn't exist",
    ],
  ])("refuses %s", async (_what, input, message) => {
    const { client, described } = setUp();
    const refused = client.registerScalableTarget({ ...web, ...input });
    await expect(refused).rejects.toThrow(sdk.ValidationException);
    await expect(refused).rejects.toThrow(message);
    expect(await described()).toBeUndefined();
  });

  it("does not know a target before it is registered, nor after it is deregistered", async () => {
    const { client, described } = setUp();
    await expect(client.deregisterScalableTarget(web)).rejects.toThrow(sdk.ObjectNotFoundException);
    const policy = {
      ...web,
      PolicyName: "cpu",
      StepScalingPolicyConfiguration: { AdjustmentType: "ExactCapacity" },
    } as const;
    await expect(client.putScalingPolicy(policy)).rejects.toThrow(sdk.ObjectNotFoundException);

    await client.registerScalableTarget({ ...web, MinCapacity: 1, MaxCapacity: 5 });
    await client.putScalingPolicy(policy);
    await client.deregisterScalableTarget(web);
    expect(await described()).toBeUndefined();
    expect((await client.describeScalingPolicies({ ServiceNamespace: "ecs" })).ScalingPolicies).toEqual([]);
  });

  it("describes the policies of a target", async () => {
    const { client } = await registered();
    const TargetTrackingScalingPolicyConfiguration = { TargetValue: 60 };
    const { PolicyARN } = await client.putScalingPolicy({
      ...web,
      PolicyName: "cpu",
      PolicyType: "TargetTrackingScaling",
      TargetTrackingScalingPolicyConfiguration,
    });
    const { ScalingPolicies } = await client.describeScalingPolicies(web);
    expect(ScalingPolicies).toMatchObject([{ PolicyARN, PolicyName: "cpu", TargetTrackingScalingPolicyConfiguration }]);
    await client.deleteScalingPolicy({ ...web, PolicyName: "cpu" });
    await expect(client.deleteScalingPolicy({ ...web, PolicyName: "cpu" })).rejects.toThrow(
      sdk.ObjectNotFoundException,
    );
  });

  it("pages through targets and filters by resource", async () => {
    const { client, desired } = await registered();
    desired.set("service/crm/worker", 1);
    await client.registerScalableTarget({ ...web, ResourceId: "service/crm/worker", MinCapacity: 1, MaxCapacity: 1 });
    const first = await client.describeScalableTargets({ ServiceNamespace: "ecs", MaxResults: 1 });
    const second = await client.describeScalableTargets({
      ServiceNamespace: "ecs",
      MaxResults: 1,
      NextToken: first.NextToken,
    });
    expect([first, second].map(({ ScalableTargets }) => ScalableTargets!.map(({ ResourceId }) => ResourceId))).toEqual([
      ["service/crm/web"],
      ["service/crm/worker"],
    ]);
    expect(second.NextToken).toBeUndefined();
    const { ScalableTargets } = await client.describeScalableTargets({
      ServiceNamespace: "ecs",
      ResourceIds: ["service/crm/worker"],
    });
    expect(ScalableTargets!.map(({ ResourceId }) => ResourceId)).toEqual(["service/crm/worker"]);
    await expect(client.describeScalableTargets({ ServiceNamespace: "ecs", NextToken: "x" })).rejects.toThrow(
      sdk.InvalidNextTokenException,
    );
  });
});
