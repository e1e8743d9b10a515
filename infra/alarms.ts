import { Duration } from "aws-cdk-lib";
import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import type { Table } from "aws-cdk-lib/aws-dynamodb";
import type { Rule } from "aws-cdk-lib/aws-events";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import type { Construct } from "constructs";
import { type AlarmId, alarmDescription } from "./alarm-guide.ts";
import type { HttpApis } from "./http-apis.ts";
import { lambdaMetric, ruleMetric, total, watched } from "./metrics.ts";
import type { Names } from "./names.ts";
import { type FunctionName, functionNames } from "./permissions/grant.ts";
import { pascalCase } from "./policies.ts";
import type { Queues } from "./queues.ts";

/** What is looked at. */
export type Watched = {
  names: Names;
  functions: Record<FunctionName, LambdaFunction>;
  table: Table;
  queues: Queues;
  apis: HttpApis;
  rules: Rule[];
};

type Condition = {
  metric: IMetric;
  /** The alarm is raised when it is reached; where `below` is said, when it is not. */
  threshold: number;
  below?: true;
  /** For so many periods in a row. */
  periods?: number;
};

/** Of 3,000, which is where Lambda fails an execution. */
const MANY_OPERATIONS = 2_400;
const FIVE_MINUTES = Duration.minutes(5);

/** The alarms, each telling the topic when it is raised and when it is over. */
export function alarms(scope: Construct, { topic, ...around }: Watched & { topic: ITopic | undefined }): Alarm[] {
  return Object.entries(conditions(around)).map(([id, { metric, threshold, below, periods = 1 }]) => {
    const alarm = new Alarm(scope, `${pascalCase(id)}Alarm`, {
      alarmName: around.names.of(id),
      alarmDescription: alarmDescription(id as AlarmId),
      metric,
      threshold,
      evaluationPeriods: periods,
      comparisonOperator: below
        ? ComparisonOperator.LESS_THAN_THRESHOLD
        : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      // Whoever measures nothing has to be looked after; of everything else no data means that it did not happen.
      treatMissingData: below ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
    });
    if (topic) {
      alarm.addAlarmAction(new SnsAction(topic));
      alarm.addOkAction(new SnsAction(topic));
    }
    return alarm;
  });
}

function conditions({ names, table, queues, apis, rules }: Watched): Record<AlarmId, Condition> {
  const nameOf = names.function;
  const runbook = (metricName: string, statistic?: string) =>
    lambdaMetric(nameOf("runbook"), { metricName, statistic, period: FIVE_MINUTES });
  return {
    "held-operation": { metric: watched(names.metricNamespace, "HeldOperations"), threshold: 1 },
    "failed-restore": { metric: watched(names.metricNamespace, "FailedRestores"), threshold: 1 },
    "window-overdue": { metric: watched(names.metricNamespace, "WindowOverdue"), threshold: 1 },
    "wait-overdue": { metric: watched(names.metricNamespace, "WaitOverdue"), threshold: 1 },
    "silent-operation": { metric: watched(names.metricNamespace, "SilentOperations"), threshold: 1 },
    "watch-silent": {
      metric: watched(names.metricNamespace, "ActiveOperations", "SampleCount"),
      threshold: 1,
      below: true,
      periods: 5,
    },
    ...ofFunctions("errors", (name) => lambdaMetric(nameOf(name), { metricName: "Errors" })),
    ...ofFunctions("throttles", (name) => lambdaMetric(nameOf(name), { metricName: "Throttles" })),
    "run-ended": {
      metric: total(
        {
          failed: runbook("DurableExecutionFailed"),
          stopped: runbook("DurableExecutionStopped"),
          timedOut: runbook("DurableExecutionTimedOut"),
        },
        FIVE_MINUTES,
      ),
      threshold: 1,
    },
    "run-operations": { metric: runbook("DurableExecutionOperations", "Maximum"), threshold: MANY_OPERATIONS },
    "dead-letter-errors": {
      metric: total(
        {
          runbook: runbook("DeadLetterErrors"),
          executionEnded: lambdaMetric(nameOf("execution-ended"), {
            metricName: "DeadLetterErrors",
            period: FIVE_MINUTES,
          }),
        },
        FIVE_MINUTES,
      ),
      threshold: 1,
    },
    "ended-runs-waiting": {
      metric: queues.endedRuns.metricApproximateAgeOfOldestMessage({
        period: Duration.minutes(1),
        statistic: "Maximum",
      }),
      threshold: Duration.minutes(10).toSeconds(),
    },
    failures: {
      metric: queues.failures.metricApproximateNumberOfMessagesVisible({
        period: Duration.minutes(1),
        statistic: "Maximum",
      }),
      threshold: 1,
    },
    "table-throttles": {
      metric: total(
        {
          reads: table.metric("ReadThrottleEvents", { statistic: "Sum", period: FIVE_MINUTES }),
          writes: table.metric("WriteThrottleEvents", { statistic: "Sum", period: FIVE_MINUTES }),
        },
        FIVE_MINUTES,
      ),
      threshold: 1,
    },
    "api-errors-github": {
      metric: apis.github.metricServerError({ period: FIVE_MINUTES, statistic: "Sum" }),
      threshold: 3,
    },
    "api-errors-operator": {
      metric: apis.operator.metricServerError({ period: FIVE_MINUTES, statistic: "Sum" }),
      threshold: 3,
    },
    "rule-failures": {
      metric: total(
        Object.fromEntries(
          rules.map(({ ruleName }, index) => [`rule${index + 1}`, ruleMetric(ruleName, "FailedInvocations")]),
        ),
        FIVE_MINUTES,
      ),
      threshold: 1,
    },
    "announce-late": {
      metric: lambdaMetric(nameOf("announce"), { metricName: "IteratorAge", statistic: "Maximum" }),
      threshold: FIVE_MINUTES.toMilliseconds(),
      periods: 3,
    },
  };
}

const ofFunctions = <Kind extends "errors" | "throttles">(kind: Kind, metric: (name: FunctionName) => IMetric) =>
  Object.fromEntries(
    functionNames.map((name) => [`${kind}-${name}`, { metric: metric(name), threshold: 1 }]),
  ) as Record<`${Kind}-${FunctionName}`, Condition>;
