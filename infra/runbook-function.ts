import { RemovalPolicy } from "aws-cdk-lib";
import { Alias, type Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import { type FunctionWorld, lambdaFunction } from "./functions.ts";
import { EXECUTION_RETENTION, EXECUTION_TIMEOUT, LATEST_START, RUNBOOK_TIMEOUT } from "./limits.ts";
import { RUNBOOK_ALIAS } from "./names.ts";
import type { PolicyPart } from "./policies.ts";

type Props = { tableName: string; windowsAtOnce: number; endedRuns: IQueue; policies: PolicyPart[] };

/**
 * The runbook as a durable function. Its versions are never deleted: a run stays on the version that it began with, so a deployment in the
 * middle of an operation changes nothing for it. Only Lambda itself can be asked for another run, by the alias.
 */
export function runbookFunction(
  scope: Construct,
  world: FunctionWorld,
  { tableName, windowsAtOnce, endedRuns, policies }: Props,
): { runbook: LambdaFunction; alias: Alias } {
  const runbook = lambdaFunction(scope, world, {
    name: "runbook",
    description: "Runs the procedures, as durable executions",
    timeout: RUNBOOK_TIMEOUT,
    memoryMb: 512,
    environment: {
      INTERMISSION_TABLE: tableName,
      INTERMISSION_WINDOWS_AT_ONCE: String(windowsAtOnce),
    },
    policies,
    durableConfig: { executionTimeout: EXECUTION_TIMEOUT, retentionPeriod: EXECUTION_RETENTION },
    // Lambda puts the event here that started an execution which failed, was stopped or timed out.
    deadLetterQueue: endedRuns,
    currentVersionOptions: { removalPolicy: RemovalPolicy.RETAIN },
  });
  const alias = new Alias(scope, "RunbookAlias", { aliasName: RUNBOOK_ALIAS, version: runbook.currentVersion });
  // Named, an execution that exists already is not started again, so trying again does no harm; but what an execution ended with is for
  // whoever takes over to deal with, at once and with another epoch.
  alias.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: LATEST_START });
  return { runbook, alias };
}
