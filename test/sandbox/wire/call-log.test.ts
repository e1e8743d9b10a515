import * as dynamo from "@aws-sdk/client-dynamodb";
import * as ecs from "@aws-sdk/client-ecs";
import * as lambda from "@aws-sdk/client-lambda";
import { expect, test } from "vitest";
import { systemClock } from "../../../src/clock.ts";
import { createEventLog } from "../../../src/sandbox/cloud/event-log.ts";
import { logCalls } from "../../../src/sandbox/wire/call-log.ts";
import { inProcess } from "../../../src/sandbox/wire/server.ts";
import { inVirtualTime } from "../../virtual-time.ts";
import { createToy, KEY } from "./toy.ts";

function setUp() {
  const log = createEventLog(systemClock);
  const { handle } = createToy({ observe: logCalls(log, ({ accessKeyId }) => `arn of ${accessKeyId}`) });
  const config = { region: "us-east-1", maxAttempts: 1, credentials: KEY, requestHandler: inProcess(handle) as never };
  const calls = () => log.after().map(({ seq: _seq, at: _at, ...fact }) => fact);
  return { handle, config, calls };
}
const caller = "arn of AKIATOY";

test("every call is logged with its caller, its parameters and its outcome", async () => {
  const { config, calls } = setUp();
  const client = new ecs.ECSClient(config);
  await client.send(new ecs.UpdateServiceCommand({ service: "web", desiredCount: 0 }));
  await client.send(new ecs.UpdateServiceCommand({ service: "nope" })).catch(() => {});
  await client.send(new ecs.ListClustersCommand({})).catch(() => {});
  const ECS = { kind: "call", service: "ECS", caller };
  expect(calls()).toEqual([
    { ...ECS, operation: "UpdateService", parameters: { service: "web", desiredCount: 0 }, outcome: "ok" },
    { ...ECS, operation: "UpdateService", parameters: { service: "nope" }, outcome: "ServiceNotFoundException" },
    { ...ECS, operation: "ListClusters", parameters: undefined, outcome: "NotImplemented" },
  ]);
});

test("a refused signature is logged as nobody's", async () => {
  const { config, calls } = setUp();
  const stranger = new ecs.ECSClient({ ...config, credentials: { ...KEY, secretAccessKey: "wrong" } });
  await stranger.send(new ecs.ListTasksCommand({})).catch(() => {});
  expect(calls()).toMatchObject([{ caller: "anonymous", outcome: "InvalidSignatureException" }]);
});

test("payloads are logged as text", async () => {
  const { config, calls } = setUp();
  await new lambda.LambdaClient(config).send(new lambda.InvokeCommand({ FunctionName: "f", Payload: '{"n":1}' }));
  expect(calls()).toMatchObject([{ operation: "Invoke", parameters: { FunctionName: "f", Payload: '{"n":1}' } }]);
});

test("DynamoDB calls are logged by table and key, never with an item's contents", async () => {
  await inVirtualTime(async () => {
    const { config, calls } = setUp();
    const client = new dynamo.DynamoDBClient(config);
    const TableName = "operations";
    await client.send(
      new dynamo.CreateTableCommand({
        TableName,
        BillingMode: "PAY_PER_REQUEST",
        AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }],
        KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
      }),
    );
    await dynamo.waitUntilTableExists({ client, maxWaitTime: 60 }, { TableName });
    const Item = { pk: { S: "op-1" }, secret: { S: "hidden" } };
    await client.send(new dynamo.PutItemCommand({ TableName, Item }));
    await client.send(new dynamo.GetItemCommand({ TableName, Key: { pk: { S: "op-1" } } }));
    await client
      .send(new dynamo.PutItemCommand({ TableName, Item, ConditionExpression: "attribute_not_exists(pk)" }))
      .catch(() => {});
    const parameters = { TableName, Key: { pk: { S: "op-1" } } };
    expect(calls().at(0)).toMatchObject({ operation: "CreateTable", parameters: { TableName } });
    expect(calls().slice(-3)).toEqual([
      { kind: "call", service: "DynamoDB", caller, operation: "PutItem", parameters, outcome: "ok" },
      { kind: "call", service: "DynamoDB", caller, operation: "GetItem", parameters, outcome: "ok" },
      {
        kind: "call",
        service: "DynamoDB",
        caller,
        operation: "PutItem",
        parameters,
        outcome: "ConditionalCheckFailedException",
      },
    ]);
    expect(JSON.stringify(calls())).not.toContain("hidden");
  });
});
