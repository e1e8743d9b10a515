import { Duration } from "aws-cdk-lib";
import { type IMetric, MathExpression, Metric } from "aws-cdk-lib/aws-cloudwatch";

const MINUTE = Duration.minutes(1);

/** What watch measures, of all targets together. */
export const watched = (namespace: string, metricName: string, statistic = "Maximum"): Metric =>
  new Metric({ namespace, metricName, statistic, period: MINUTE });

/** The same of one target. */
export const watchedOf = (namespace: string, target: string, metricName: string): Metric =>
  new Metric({
    namespace,
    metricName,
    dimensionsMap: { Target: target },
    statistic: "Maximum",
    period: MINUTE,
  });

type Of = { metricName: string; statistic?: string; period?: Duration };

export const lambdaMetric = (functionName: string, { metricName, statistic = "Sum", period = MINUTE }: Of): Metric =>
  new Metric({ namespace: "AWS/Lambda", metricName, dimensionsMap: { FunctionName: functionName }, statistic, period });

/** Several counts as one. A metric of AWS that has not happened has no data, which would make a sum of it none. */
export function total(metrics: Record<string, IMetric>, period = MINUTE): MathExpression {
  return new MathExpression({
    expression: Object.keys(metrics)
      .map((name) => `FILL(${name},0)`)
      .join("+"),
    usingMetrics: metrics,
    period,
    label: Object.keys(metrics).join(" + "),
  });
}

export const ruleMetric = (ruleName: string, metricName: string): Metric =>
  new Metric({
    namespace: "AWS/Events",
    metricName,
    dimensionsMap: { RuleName: ruleName },
    statistic: "Sum",
    period: Duration.minutes(5),
  });
