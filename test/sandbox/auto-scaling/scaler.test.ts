import type {
  RegisterScalableTargetRequest,
  StepScalingPolicyConfiguration,
} from "@aws-sdk/client-application-auto-scaling";
import { describe, expect, it } from "vitest";
import {
  type Account,
  createService,
  describe as describeService,
  onEcs,
  passes,
  register,
  steady,
} from "../ecs/account.ts";

const web = {
  ServiceNamespace: "ecs",
  ResourceId: "service/main/web",
  ScalableDimension: "ecs:service:DesiredCount",
} as const;
const CPU = { namespace: "AWS/ECS", name: "CPUUtilization", dimensions: { ClusterName: "main", ServiceName: "web" } };
const MINUTE = 60_000;

const count = async (account: Account) => (await describeService(account)).desiredCount;

/** A steady service without a load balancer, scaled between 2 and 6 by its CPU, of which half is to be used. */
const scaled = (
  body: (account: Account) => Promise<void>,
  { desiredCount = 2, more = {} as Partial<RegisterScalableTargetRequest> } = {},
) =>
  onEcs(async (account) => {
    const definition = await register(account);
    await createService(account, definition, { desiredCount, loadBalancers: [] });
    await steady(account);
    await account.scaling.registerScalableTarget({ ...web, MinCapacity: 2, MaxCapacity: 6, ...more });
    await body(account);
  });

const trackCpu = ({ scaling }: Account) =>
  scaling.putScalingPolicy({
    ...web,
    PolicyName: "cpu",
    PolicyType: "TargetTrackingScaling",
    TargetTrackingScalingPolicyConfiguration: {
      TargetValue: 50,
      PredefinedMetricSpecification: { PredefinedMetricType: "ECSServiceAverageCPUUtilization" },
      ScaleOutCooldown: 60,
      ScaleInCooldown: 60,
    },
  });

describe("target tracking", () => {
  it(
    "scales out in proportion after three minutes above the target, up to the maximum",
    scaled(async (account) => {
      await trackCpu(account);
      account.metrics.set(CPU, 90);
      await passes(3 * MINUTE - 1);
      expect(await count(account)).toBe(2);
      await passes(2);
      expect(await count(account)).toBe(4);
      await passes(10 * MINUTE);
      expect(await count(account)).toBe(6);
    }),
  );

  it(
    "scales in after fifteen minutes below nine tenths of the target, down to the minimum",
    scaled(
      async (account) => {
        await trackCpu(account);
        account.metrics.set(CPU, 10);
        await passes(15 * MINUTE - 1);
        expect(await count(account)).toBe(5);
        await passes(2);
        expect(await count(account)).toBe(2);
      },
      { desiredCount: 5 },
    ),
  );

  it(
    "does nothing without data, and nothing in the directions that are suspended",
    scaled(async (account) => {
      await trackCpu(account);
      await passes(60 * MINUTE);
      expect(await count(account)).toBe(2);
      await account.scaling.registerScalableTarget({ ...web, SuspendedState: { DynamicScalingOutSuspended: true } });
      account.metrics.set(CPU, 100);
      await passes(60 * MINUTE);
      expect(await count(account)).toBe(2);
      await account.scaling.registerScalableTarget({ ...web, SuspendedState: { DynamicScalingOutSuspended: false } });
      await passes(MINUTE);
      expect(await count(account)).toBe(4);
    }),
  );

  it(
    "lifts a service below its minimum to the minimum at the first scale-out, and further afterwards",
    scaled(async (account) => {
      await trackCpu(account);
      await account.client.updateService({ cluster: "main", service: "web", desiredCount: 1 });
      account.metrics.set(CPU, 200);
      await passes(3 * MINUTE + 1);
      expect(await count(account)).toBe(2);
      await passes(5 * MINUTE);
      expect(await count(account)).toBe(6);
    }),
  );

  it(
    "does not lift a service at 0, whose tasks use no CPU that could be measured",
    scaled(async (account) => {
      await trackCpu(account);
      await account.client.updateService({ cluster: "main", service: "web", desiredCount: 0 });
      account.metrics.set(CPU, 100);
      await passes(30 * MINUTE);
      expect(await count(account)).toBe(0);
    }),
  );

  it(
    "scales out during a deployment, and in only after it",
    scaled(
      async (account) => {
        await trackCpu(account);
        await account.client.updateService({
          cluster: "main",
          service: "web",
          taskDefinition: await register(account, "sick:1", { healthCheck: { command: ["CMD", "x"] } }),
        });
        account.metrics.set(CPU, 5);
        await passes(40 * MINUTE);
        expect((await describeService(account)).deployments?.[0]?.rolloutState).toBe("IN_PROGRESS");
        expect(await count(account)).toBe(4);
        account.metrics.set(CPU, 60);
        await passes(3 * MINUTE - 1);
        expect(await count(account)).toBe(5);
        await account.client.updateService({ cluster: "main", service: "web", taskDefinition: "web:1" });
        account.metrics.set(CPU, 5);
        await passes(20 * MINUTE);
        expect(await count(account)).toBe(2);
      },
      { desiredCount: 4 },
    ),
  );

  it(
    "tells of each activity with its cause, newest first",
    scaled(async (account) => {
      await trackCpu(account);
      await account.scaling.registerScalableTarget({ ...web, MinCapacity: 3 });
      account.metrics.set(CPU, 90);
      await passes(4 * MINUTE);
      const { ScalingActivities } = await account.scaling.describeScalingActivities({ ServiceNamespace: "ecs" });
      expect(ScalingActivities).toMatchObject([
        {
          Description: "Setting desired count to 6.",
          Cause: expect.stringMatching(
            /^monitor alarm TargetTracking-service\/main\/web-AlarmHigh-.* in state ALARM triggered policy cpu$/,
          ),
          StatusCode: "Successful",
        },
        { Description: "Setting desired count to 3.", Cause: "minimum capacity was set to 3" },
      ]);
    }),
  );

  it(
    "ends with its policy, and with its target",
    scaled(async (account) => {
      await trackCpu(account);
      await account.scaling.deleteScalingPolicy({ ...web, PolicyName: "cpu" });
      await trackCpu(account);
      await account.scaling.deregisterScalableTarget(web);
      account.metrics.set(CPU, 90);
      await passes(10 * MINUTE);
      expect(await count(account)).toBe(2);
    }),
  );
});

describe("a step policy", () => {
  const steps: StepScalingPolicyConfiguration = {
    AdjustmentType: "ChangeInCapacity",
    Cooldown: 60,
    StepAdjustments: [
      { MetricIntervalLowerBound: 0, MetricIntervalUpperBound: 20, ScalingAdjustment: 1 },
      { MetricIntervalLowerBound: 20, ScalingAdjustment: 3 },
    ],
  };
  const withAlarm = async (account: Account, configuration = steps) => {
    const { PolicyARN } = await account.scaling.putScalingPolicy({
      ...web,
      PolicyName: "queue",
      StepScalingPolicyConfiguration: configuration,
    });
    await account.watching.putMetricAlarm({
      AlarmName: "busy",
      Namespace: "AWS/ECS",
      MetricName: "CPUUtilization",
      Dimensions: [
        { Name: "ServiceName", Value: "web" },
        { Name: "ClusterName", Value: "main" },
      ],
      Statistic: "Average",
      Period: 60,
      EvaluationPeriods: 2,
      Threshold: 60,
      ComparisonOperator: "GreaterThanThreshold",
      AlarmActions: [PolicyARN!],
    });
  };
  const stateOf = async ({ watching }: Account) => (await watching.describeAlarms({})).MetricAlarms?.[0]?.StateValue;

  it(
    "takes the step that says how far its alarm's metric is beyond the threshold",
    scaled(async (account) => {
      await withAlarm(account);
      expect(await stateOf(account)).toBe("INSUFFICIENT_DATA");
      account.metrics.set(CPU, 70);
      await passes(2 * MINUTE + 1);
      expect(await stateOf(account)).toBe("ALARM");
      expect(await count(account)).toBe(3);
      account.metrics.set(CPU, 95);
      await passes(3 * MINUTE);
      expect(await count(account)).toBe(6);
      account.metrics.set(CPU, 10);
      await passes(3 * MINUTE);
      expect(await stateOf(account)).toBe("OK");
      expect(await count(account)).toBe(6);
    }),
  );

  it(
    "acts at once when somebody sets its alarm's state, unless scaling out is suspended",
    scaled(async (account) => {
      await withAlarm(account, {
        AdjustmentType: "ExactCapacity",
        StepAdjustments: [{ MetricIntervalLowerBound: 0, ScalingAdjustment: 5 }],
      });
      const ring = () =>
        account.watching.setAlarmState({ AlarmName: "busy", StateValue: "ALARM", StateReason: "drill" });
      await account.scaling.registerScalableTarget({ ...web, SuspendedState: { DynamicScalingOutSuspended: true } });
      await ring();
      expect(await count(account)).toBe(2);
      await account.scaling.registerScalableTarget({ ...web, SuspendedState: { DynamicScalingOutSuspended: false } });
      await ring();
      expect(await count(account)).toBe(5);
    }),
  );
});
