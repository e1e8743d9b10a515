import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IMetric,
  type IWidget,
  SingleValueWidget,
  TextWidget,
} from "aws-cdk-lib/aws-cloudwatch";
import type { Construct } from "constructs";
import type { Watched } from "./alarms.ts";
import { lambdaMetric, watched, watchedOf } from "./metrics.ts";
import { functionNames } from "./permissions/grant.ts";

type Props = Watched & { targets: string[]; alarms: Alarm[] };

/** What somebody on call looks at first: what is held, whose page is up, and whether our own parts work. */
export function dashboard(scope: Construct, { names, targets, table, queues, apis, alarms }: Props): Dashboard {
  const nameOf = names.function;
  const runbook = (metricName: string, statistic?: string) =>
    lambdaMetric(nameOf("runbook"), { metricName, statistic });
  const ofTargets = (metricName: string) =>
    targets.map((target) => watchedOf(names.metricNamespace, target, metricName).with({ label: target }));
  const ofFunctions = (metricName: string, statistic?: string) =>
    functionNames.map((name) => lambdaMetric(nameOf(name), { metricName, statistic }).with({ label: name }));
  const made = new Dashboard(scope, "Dashboard", { dashboardName: names.dashboard });
  const row = (...widgets: IWidget[]) => made.addWidgets(...widgets);
  row(
    new TextWidget({
      width: 24,
      height: 1,
      markdown: `**${names.stack}** · what each alarm asks of you: docs/operations.md`,
    }),
  );
  row(new AlarmStatusWidget({ title: "Alarms", width: 24, height: 4, alarms }));
  row(
    new SingleValueWidget({
      title: "Operations now",
      width: 24,
      height: 3,
      metrics: ["ActiveOperations", "HeldOperations", "SilentOperations", "FailedRestores"].map((name) =>
        watched(names.metricNamespace, name),
      ),
    }),
  );
  row(
    graph("Page up, seconds", ofTargets("PageUpSeconds")),
    graph("Waiting for people, seconds", ofTargets("WaitingSeconds")),
  );
  row(
    graph("Runs", [
      runbook("ApproximateRunningDurableExecutions", "Maximum"),
      runbook("DurableExecutionFailed"),
      runbook("DurableExecutionStopped"),
      runbook("DurableExecutionTimedOut"),
    ]),
    graph("Durable operations of a run, of 3,000", [runbook("DurableExecutionOperations", "Maximum")]),
  );
  row(
    graph("Errors", ofFunctions("Errors")),
    graph("Throttles", ofFunctions("Throttles")),
    graph("Longest run of a function, ms", ofFunctions("Duration", "Maximum")),
  );
  row(
    graph("Requests", [apis.github.metricCount({ label: "github" }), apis.operator.metricCount({ label: "operator" })]),
    graph("Refused and failed requests", [
      apis.github.metricClientError({ label: "github 4xx" }),
      apis.operator.metricClientError({ label: "operator 4xx" }),
      apis.github.metricServerError({ label: "github 5xx" }),
      apis.operator.metricServerError({ label: "operator 5xx" }),
    ]),
    graph("Queues and stream", [
      queues.endedRuns.metricApproximateNumberOfMessagesVisible({ label: "ended runs" }),
      queues.failures.metricApproximateNumberOfMessagesVisible({ label: "failures" }),
      table.metric("WriteThrottleEvents", { label: "table throttles", statistic: "Sum" }),
    ]),
  );
  return made;
}

const graph = (title: string, left: IMetric[]): GraphWidget =>
  new GraphWidget({ title, left, width: title.length > 40 ? 12 : 8, height: 6 });
