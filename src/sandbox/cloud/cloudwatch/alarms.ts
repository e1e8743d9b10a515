import * as sdk from "@aws-sdk/client-cloudwatch";
import type { Handlers } from "../../wire/server.ts";
import { awsError, wireError } from "../../wire/service.ts";
import { arn, type World } from "../world.ts";
import { checkEnum } from "./errors.ts";
import type { Metrics } from "./metrics.ts";
import { metricId } from "./reading.ts";
import { aggregate, checkPeriod, isStatistic } from "./statistics.ts";

type Alarm = sdk.MetricAlarm & { AlarmName: string; StateValue: sdk.StateValue };

/** What an alarm's action does: false where nobody here answers to that ARN. `beyond` is the metric less the threshold. */
export type AlarmAction = (actionArn: string, alarm: { name: string; beyond: number }) => boolean;

const BEYOND: Record<string, (value: number, threshold: number) => boolean> = {
  GreaterThanThreshold: (value, threshold) => value > threshold,
  GreaterThanOrEqualToThreshold: (value, threshold) => value >= threshold,
  LessThanThreshold: (value, threshold) => value < threshold,
  LessThanOrEqualToThreshold: (value, threshold) => value <= threshold,
};

/**
 * Alarms on one metric. They look once a minute, and as long as one is in ALARM it calls its Auto Scaling actions at every look, as CloudWatch does for
 * those; other actions (SNS and the like) reach nobody here.
 */
export function createAlarms(world: World, { metrics, act }: { metrics: Metrics; act: AlarmAction }) {
  const alarms = new Map<string, { alarm: Alarm; cancel: () => void }>();

  function look(alarm: Alarm): void {
    const { Period = 60, EvaluationPeriods = 1, DatapointsToAlarm = EvaluationPeriods, Threshold = 0 } = alarm;
    const toMs = world.clock.now();
    const samples = metrics.samples(metricId(alarm), { fromMs: toMs - Period * 1_000 * EvaluationPeriods, toMs });
    const statistic = isStatistic(alarm.Statistic) ? alarm.Statistic : "Average";
    const points = aggregate(samples, Period).slice(-EvaluationPeriods);
    const beyond = points.filter((point) => BEYOND[alarm.ComparisonOperator!]!(point[statistic], Threshold));
    if (points.length === 0) enter(alarm, "INSUFFICIENT_DATA", 0);
    else enter(alarm, beyond.length >= DatapointsToAlarm ? "ALARM" : "OK", points.at(-1)![statistic] - Threshold);
  }

  function enter(alarm: Alarm, state: sdk.StateValue, beyond: number): void {
    const changed = alarm.StateValue !== state;
    if (changed) alarm.StateUpdatedTimestamp = new Date(world.clock.now());
    alarm.StateValue = state;
    if (state !== "ALARM" || alarm.ActionsEnabled === false) return;
    for (const action of alarm.AlarmActions ?? []) act(action, { name: alarm.AlarmName, beyond });
  }

  function watch(alarm: Alarm): () => void {
    let cancel: (() => void) | undefined;
    const begin = () => {
      cancel ??= world.timers.after(60_000, function again() {
        cancel = world.timers.after(60_000, again);
        look(alarm);
      });
    };
    const unsubscribe = metrics.onChange((key) => key === metrics.keyOf(metricId(alarm)) && begin());
    if (metrics.latest(metricId(alarm)) !== undefined) begin();
    return () => {
      unsubscribe();
      cancel?.();
    };
  }

  const handlers = {
    PutMetricAlarm(input) {
      if (!input.MetricName || !input.Namespace)
        throw wireError("NotImplemented", 501, "An alarm on an expression is not simulated here");
      checkEnum("comparisonOperator", input.ComparisonOperator, sdk.ComparisonOperator);
      if (!BEYOND[input.ComparisonOperator!])
        throw wireError("NotImplemented", 501, `The comparison ${input.ComparisonOperator} is not simulated here`);
      checkPeriod(input.Period);
      const name = input.AlarmName!;
      const known = alarms.get(name);
      known?.cancel();
      const { Tags: _tags, ...settings } = input;
      const alarm: Alarm = {
        ...settings,
        AlarmName: name,
        AlarmArn: arn(world, "cloudwatch", `alarm:${name}`),
        ActionsEnabled: input.ActionsEnabled ?? true,
        AlarmActions: input.AlarmActions ?? [],
        Dimensions: input.Dimensions ?? [],
        StateValue: known?.alarm.StateValue ?? "INSUFFICIENT_DATA",
        StateReason: "Unchecked: Initial alarm creation",
        AlarmConfigurationUpdatedTimestamp: new Date(world.clock.now()),
        StateUpdatedTimestamp: known?.alarm.StateUpdatedTimestamp ?? new Date(world.clock.now()),
      };
      alarms.set(name, { alarm, cancel: watch(alarm) });
      return {};
    },

    DescribeAlarms({ AlarmNames, AlarmNamePrefix = "", StateValue }) {
      checkEnum("stateValue", StateValue, sdk.StateValue);
      const found = [...alarms.values()]
        .map(({ alarm }) => alarm)
        .filter(
          (alarm) =>
            (!AlarmNames?.length || AlarmNames.includes(alarm.AlarmName)) &&
            alarm.AlarmName.startsWith(AlarmNamePrefix) &&
            (StateValue === undefined || alarm.StateValue === StateValue),
        );
      return { MetricAlarms: found, CompositeAlarms: [] };
    },

    DeleteAlarms({ AlarmNames = [] }) {
      for (const name of AlarmNames) {
        alarms.get(name)?.cancel();
        alarms.delete(name);
      }
      return {};
    },

    /** Until the next look, as AWS says: a hand for trying out what an alarm does. */
    SetAlarmState({ AlarmName, StateValue, StateReason }) {
      const alarm = alarms.get(AlarmName!)?.alarm;
      if (!alarm) throw awsError(sdk.ResourceNotFound$, `Alarm ${AlarmName} does not exist`);
      checkEnum("stateValue", StateValue, sdk.StateValue);
      alarm.StateReason = StateReason;
      enter(alarm, StateValue!, 0);
      return {};
    },
  } satisfies Handlers<typeof sdk>;

  return {
    handlers,
    all: () => [...alarms.values()].map(({ alarm }) => alarm),
    stop() {
      for (const { cancel } of alarms.values()) cancel();
    },
  };
}
