import { CfnOutput, Stack } from "aws-cdk-lib";
import type { Construct } from "constructs";
import type { Deployment } from "../src/targets/deployment-schema.ts";
import type { Configuration } from "../src/targets/schema.ts";
import { alarms } from "./alarms.ts";
import { apiFunction } from "./api-function.ts";
import type { FunctionFolders } from "./assets.ts";
import { boundEveryRole } from "./boundary.ts";
import { dashboard } from "./dashboard.ts";
import { customerKey } from "./encryption.ts";
import { executionEnded } from "./ended-runs.ts";
import { announce, eventBus } from "./event-bus.ts";
import { callerStatement, httpApis } from "./http-apis.ts";
import { namesOf } from "./names.ts";
import { networkOf } from "./network.ts";
import { policiesOf } from "./policies-of.ts";
import { queues as makeQueues } from "./queues.ts";
import { runbookFunction } from "./runbook-function.ts";
import { operationsTable } from "./table.ts";
import { tagEverything } from "./tags.ts";
import { alarmTopic } from "./topic.ts";
import { watch } from "./watch.ts";

export type IntermissionStackProps = { configuration: Configuration; deployment: Deployment; folders: FunctionFolders };

/** Everything that Intermission is in an account, beside the targets. */
export class IntermissionStack extends Stack {
  constructor(scope: Construct, id: string, { configuration, deployment, folders }: IntermissionStackProps) {
    const { account, region } = deployment;
    super(scope, id, {
      description: "Intermission: maintenance windows of clustered applications on ECS, as durable operations",
      env: { account, region },
      terminationProtection: true,
    });
    const names = namesOf(deployment);
    const key = customerKey(this, deployment);
    const table = operationsTable(this, key);
    const queues = makeQueues(this, { names, key });
    const bus = eventBus(this, names);
    const policies = policiesOf({ configuration, deployment, names, table, queues, bus });
    const { tableName } = table;
    const world = {
      names,
      folders,
      retentionDays: deployment.logRetentionDays,
      targets: configuration.targets.size,
      key,
      network: networkOf(this, deployment, names),
    };

    const { runbook, alias } = runbookFunction(this, world, {
      tableName,
      windowsAtOnce: deployment.windowsAtOnce,
      endedRuns: queues.endedRuns,
      policies: policies.runbook,
    });
    const runbookAliasArn = alias.functionArn;
    const api = apiFunction(this, world, {
      tableName,
      runbookAliasArn,
      github: deployment.github,
      policies: policies.api,
    });
    const ended = executionEnded(this, world, {
      tableName,
      runbookAliasArn,
      queues,
      policies: policies["execution-ended"],
    });
    const announces = announce(this, world, { table, bus, failures: queues.failures, policies: policies.announce });
    const watches = watch(this, world, {
      tableName,
      runbookAliasArn,
      limits: deployment.alarms,
      policies: policies.watch,
    });
    const apis = httpApis(this, { api, deployment, names, key });

    const watched = {
      names,
      functions: { api, runbook, "execution-ended": ended.executionEnded, announce: announces, watch: watches.watch },
      table,
      queues,
      apis,
      rules: [ended.rule, watches.rule],
    };
    const raised = alarms(this, { ...watched, topic: alarmTopic(this, { deployment, names, key }) });
    dashboard(this, { ...watched, targets: [...configuration.targets.keys()], alarms: raised });
    tagEverything(this, deployment);
    boundEveryRole(this, deployment);

    const output = (name: string, description: string, value: string) =>
      new CfnOutput(this, name, { description, value });
    output("GithubUrl", "For the action's input api-url", apis.github.apiEndpoint);
    output("OperatorUrl", "For signed requests: curl --aws-sigv4", apis.operator.apiEndpoint);
    output("CallerStatement", "What an identity needs to sign requests to OperatorUrl", callerStatement(apis.operator));
    output("TableName", "The operations and their journals", tableName);
    output("BusName", "Where operations are heard of", bus.eventBusName);
    output("RunbookAliasArn", "The runbook, as it is invoked", runbookAliasArn);
  }
}
