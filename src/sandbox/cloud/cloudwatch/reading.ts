import * as sdk from "@aws-sdk/client-cloudwatch";
import type { Handlers } from "../../wire/server.ts";
import { wireError } from "../../wire/service.ts";
import type { MetricId } from "../seams.ts";
import type { World } from "../world.ts";
import { checkEnum, invalidValue } from "./errors.ts";
import type { Metrics } from "./metrics.ts";
import { aggregate, checkPeriod, isStatistic, STATISTICS } from "./statistics.ts";

export const metricId = (metric: {
  Namespace?: string;
  MetricName?: string;
  Dimensions?: sdk.Dimension[];
}): MetricId => ({
  namespace: metric.Namespace ?? "",
  name: metric.MetricName ?? "",
  dimensions: Object.fromEntries((metric.Dimensions ?? []).map(({ Name = "", Value = "" }) => [Name, Value])),
});

/** Reading metrics. A metric that nobody knows has no data, which is no error. */
export const readingHandlers = (world: World, metrics: Metrics) =>
  ({
    GetMetricData({ MetricDataQueries = [], StartTime, EndTime, ScanBy }) {
      checkEnum("scanBy", ScanBy, sdk.ScanBy);
      const span = spanOf(StartTime, EndTime);
      const ids = new Set(MetricDataQueries.map(({ Id }) => Id));
      if (ids.size < MetricDataQueries.length)
        throw wireError("ValidationError", 400, "The values for parameter id in MetricDataQueries are not unique.");
      const shown = MetricDataQueries.filter(({ ReturnData }) => ReturnData !== false);
      return {
        MetricDataResults: shown.map(({ Id, Label, MetricStat, Expression }) => {
          if (Expression !== undefined || !MetricStat)
            throw wireError("NotImplemented", 501, "An expression in GetMetricData is not simulated here");
          const { Metric = {}, Period, Stat } = MetricStat;
          if (!isStatistic(Stat)) throw invalidValue(`The value ${Stat} for parameter Stat is not supported.`);
          const points = aggregate(metrics.samples(metricId(Metric), span), checkPeriod(Period));
          const ordered = ScanBy === "TimestampAscending" ? points : points.toReversed();
          return {
            Id,
            Label: Label ?? Metric.MetricName,
            Timestamps: ordered.map(({ atMs }) => new Date(atMs)),
            Values: ordered.map((point) => point[Stat]),
            StatusCode: "Complete" as const,
          };
        }),
        Messages: [],
      };
    },

    GetMetricStatistics({ StartTime, EndTime, Period, Statistics = [], ...metric }) {
      const wanted = STATISTICS.filter((statistic) => Statistics.includes(statistic));
      if (wanted.length === 0)
        throw wireError("InvalidParameterCombination", 400, "At least one of Statistics must be specified.");
      for (const statistic of Statistics) checkEnum("statistics", statistic, sdk.Statistic);
      const points = aggregate(metrics.samples(metricId(metric), spanOf(StartTime, EndTime)), checkPeriod(Period));
      return {
        Label: metric.MetricName,
        Datapoints: points.map((point) => ({
          Timestamp: new Date(point.atMs),
          Unit: metric.Unit ?? "None",
          ...Object.fromEntries(wanted.map((statistic) => [statistic, point[statistic]])),
        })),
      };
    },

    ListMetrics({ Namespace, MetricName, Dimensions = [] }) {
      const found = metrics
        .all()
        .filter(
          ({ namespace, name, dimensions }) =>
            (Namespace === undefined || namespace === Namespace) &&
            (MetricName === undefined || name === MetricName) &&
            Dimensions.every(
              ({ Name = "", Value }) => Name in dimensions && (Value === undefined || dimensions[Name] === Value),
            ),
        );
      return {
        Metrics: found.map(({ namespace, name, dimensions }) => ({
          Namespace: namespace,
          MetricName: name,
          Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
        })),
      };
    },

    PutMetricData({ Namespace = "", MetricData = [] }) {
      if (Namespace.startsWith("AWS/"))
        throw invalidValue("The value AWS/ for parameter Namespace is invalid: it is reserved.");
      for (const { MetricName, Dimensions, Value, Timestamp } of MetricData) {
        if (Value === undefined) throw invalidValue("The parameter Value is required.");
        metrics.add(metricId({ Namespace, MetricName, Dimensions }), Value, Timestamp?.getTime() ?? world.clock.now());
      }
      return {};
    },
  }) satisfies Handlers<typeof sdk>;

function spanOf(start: Date | undefined, end: Date | undefined): { fromMs: number; toMs: number } {
  const [fromMs = 0, toMs = 0] = [start?.getTime(), end?.getTime()];
  if (fromMs >= toMs) throw invalidValue("The parameter StartTime must be less than the parameter EndTime.");
  return { fromMs, toMs };
}
