import { Duration } from "aws-cdk-lib";
import { Rule } from "aws-cdk-lib/aws-events";
import { LambdaFunction as InvokeFunction } from "aws-cdk-lib/aws-events-targets";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { SqsEventSource } from "aws-cdk-lib/aws-lambda-event-sources";
import type { Construct } from "constructs";
import { type FunctionWorld, lambdaFunction } from "./functions.ts";
import { ENDED_RUNS_TIMEOUT } from "./limits.ts";
import type { PolicyPart } from "./policies.ts";
import type { Queues } from "./queues.ts";

type Props = { tableName: string; runbookAliasArn: string; queues: Queues; policies: PolicyPart[] };

/**
 * Hears on two ways, which fail independently, of runs that ended without a word: from EventBridge, and by the event that started the run, in
 * the runbook's dead-letter queue.
 */
export function executionEnded(
  scope: Construct,
  world: FunctionWorld,
  { tableName, runbookAliasArn, queues, policies }: Props,
): { executionEnded: LambdaFunction; rule: Rule } {
  const { names } = world;
  const heard = lambdaFunction(scope, world, {
    name: "execution-ended",
    description: "Takes over from runs that ended without a word",
    timeout: ENDED_RUNS_TIMEOUT,
    memoryMb: 256,
    environment: { INTERMISSION_TABLE: tableName, INTERMISSION_RUNBOOK_FUNCTION: runbookAliasArn },
    policies,
    deadLetterQueue: queues.failures,
  });
  heard.configureAsyncInvoke({ retryAttempts: 2, maxEventAge: Duration.hours(1) });
  heard.addEventSource(new SqsEventSource(queues.endedRuns, { batchSize: 10, reportBatchItemFailures: true }));

  const runbookArn = names.functionArn("runbook");
  const rule = new Rule(scope, "EndedRunsRule", {
    ruleName: names.of("ended-runs"),
    description: "Runs of the runbook that were stopped, failed or timed out",
    eventPattern: {
      source: ["aws.lambda"],
      detailType: ["Durable Execution Status Change"],
      detail: {
        status: ["STOPPED", "FAILED", "TIMED_OUT"],
        // With and without a version or alias, and no function whose name only begins the same.
        functionArn: [runbookArn, { prefix: `${runbookArn}:` }],
      },
    },
  });
  rule.addTarget(
    new InvokeFunction(heard, {
      deadLetterQueue: queues.failures,
      maxEventAge: Duration.hours(24),
      retryAttempts: 185,
    }),
  );
  return { executionEnded: heard, rule };
}
