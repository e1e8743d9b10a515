import { Duration } from "aws-cdk-lib";
import { Rule, Schedule } from "aws-cdk-lib/aws-events";
import { LambdaFunction as InvokeFunction } from "aws-cdk-lib/aws-events-targets";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";
import { METRIC_NAMESPACE } from "../src/engine/metric-lines.ts";
import type { Deployment } from "../src/targets/deployment-schema.ts";
import { CONFIGURATION_IN_BUNDLE } from "./assets.ts";
import { type FunctionWorld, lambdaFunction } from "./functions.ts";
import { WATCH_TIMEOUT } from "./limits.ts";
import type { PolicyPart } from "./policies.ts";

type Props = { tableName: string; runbookAliasArn: string; limits: Deployment["alarms"]; policies: PolicyPart[] };

/** Measures each minute what is held, waits or is up too long, and starts what nobody runs. */
export function watch(
  scope: Construct,
  world: FunctionWorld,
  { tableName, runbookAliasArn, limits, policies }: Props,
): { watch: LambdaFunction; rule: Rule } {
  const { names } = world;
  const watches = lambdaFunction(scope, world, {
    name: "watch",
    description: "Measures each minute what is held, waits or is up too long, and starts what nobody runs",
    timeout: WATCH_TIMEOUT,
    memoryMb: 256,
    environment: {
      INTERMISSION_TABLE: tableName,
      INTERMISSION_TARGETS: CONFIGURATION_IN_BUNDLE,
      INTERMISSION_RUNBOOK_FUNCTION: runbookAliasArn,
      INTERMISSION_LONGEST_WINDOW_MS: String(limits.longestWindow),
      INTERMISSION_LONGEST_WAIT_MS: String(limits.longestWait),
      ...(names.metricNamespace === METRIC_NAMESPACE ? {} : { INTERMISSION_METRIC_NAMESPACE: names.metricNamespace }),
    },
    policies,
  });
  // The next minute looks again; a minute that nobody looked at raises an alarm after a few.
  watches.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: Duration.minutes(1) });
  const rule = new Rule(scope, "WatchRule", {
    ruleName: names.of("watch"),
    description: "Has the operations looked at each minute",
    schedule: Schedule.rate(Duration.minutes(1)),
  });
  rule.addTarget(new InvokeFunction(watches, { maxEventAge: Duration.minutes(1), retryAttempts: 0 }));
  return { watch: watches, rule };
}
