import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  CreateEventBusCommand,
  EventBridgeClient,
  PutRuleCommand,
  PutTargetsCommand,
} from "@aws-sdk/client-eventbridge";
import { CreateEventSourceMappingCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { tableDefinition } from "../operations/dynamo-table.ts";
import type { FunctionDefinition } from "./cloud/lambda/functions.ts";
import { arn } from "./cloud/world.ts";
import type { HostedFunction, HostedRule, HostingPlan } from "./hosting-plan.ts";
import type { Services } from "./services.ts";

/** Makes what a plan says: the table, each function with a session of its role, and what invokes it. The HTTP APIs are served by whoever has a port. */
export async function host(plan: HostingPlan, services: Services): Promise<void> {
  const { url: endpoint, key: credentials, world } = services;
  const client = { endpoint, credentials, region: world.region };
  const dynamoDb = new DynamoDBClient(client);
  const events = new EventBridgeClient(client);
  const lambda = new LambdaClient(client);
  try {
    const StreamSpecification = { StreamEnabled: plan.stream !== undefined, ...(plan.stream && NEW_IMAGES) };
    const { TableDescription: table } = await dynamoDb.send(
      new CreateTableCommand({ ...tableDefinition(plan.table), StreamSpecification }),
    );
    for (const each of plan.functions) {
      if (each.policies) services.iam.setPolicies(each.role, each.policies);
      services.lambda.define(definitionOf(each, services));
    }
    if (plan.stream) await lambda.send(readStream(plan.stream, table?.LatestStreamArn));
    for (const Name of plan.buses) await events.send(new CreateEventBusCommand({ Name }));
    for (const rule of plan.rules) await makeRule(rule, { events, functionArn: functionArn(rule.functionName, world) });
  } finally {
    dynamoDb.destroy();
    events.destroy();
    lambda.destroy();
  }
}

/** Deploys other code for functions that are there: whatever runs goes on with what it began with. */
export function hostAgain(functions: readonly HostedFunction[], services: Services): void {
  for (const each of functions) services.lambda.publish(definitionOf(each, services));
}

const NEW_IMAGES = { StreamViewType: "NEW_IMAGE" } as const;

const readStream = (
  { functionName, filters, batchSize }: NonNullable<HostingPlan["stream"]>,
  streamArn: string | undefined,
): CreateEventSourceMappingCommand =>
  new CreateEventSourceMappingCommand({
    EventSourceArn: streamArn,
    FunctionName: functionName,
    StartingPosition: "TRIM_HORIZON",
    BatchSize: batchSize,
    BisectBatchOnFunctionError: true,
    FunctionResponseTypes: ["ReportBatchItemFailures"],
    FilterCriteria: { Filters: filters.map((filter) => ({ Pattern: JSON.stringify(filter) })) },
  });

const functionArn = (name: string, world: Services["world"]) => arn(world, "lambda", `function:${name}`);

/** With what Lambda gives a function by itself: a region and the credentials of its role. */
function definitionOf(hosted: HostedFunction, services: Services): FunctionDefinition {
  const { url, world, credentials } = services;
  const { role, functionName } = hosted;
  const key = credentials.issue({
    arn: `arn:aws:sts::${world.account}:assumed-role/${role}/${functionName}`,
  });
  return {
    ...hosted,
    environment: {
      ...hosted.environment,
      AWS_ENDPOINT_URL: url,
      AWS_REGION: world.region,
      AWS_ACCESS_KEY_ID: key.accessKeyId,
      AWS_SECRET_ACCESS_KEY: key.secretAccessKey,
      ...(key.sessionToken && { AWS_SESSION_TOKEN: key.sessionToken }),
    },
  };
}

async function makeRule(
  rule: HostedRule,
  { events, functionArn: Arn }: { events: EventBridgeClient; functionArn: string },
): Promise<void> {
  const when =
    "pattern" in rule ? { EventPattern: JSON.stringify(rule.pattern) } : { ScheduleExpression: rule.schedule };
  await events.send(new PutRuleCommand({ Name: rule.name, EventBusName: rule.bus, ...when }));
  await events.send(
    new PutTargetsCommand({ Rule: rule.name, EventBusName: rule.bus, Targets: [{ Id: "function", Arn }] }),
  );
}
