import * as autoscaling from "@aws-sdk/client-application-auto-scaling";
import * as dynamo from "@aws-sdk/client-dynamodb";
import * as ecs from "@aws-sdk/client-ecs";
import * as elb from "@aws-sdk/client-elastic-load-balancing-v2";
import * as lambda from "@aws-sdk/client-lambda";
import * as rds from "@aws-sdk/client-rds";
import * as sts from "@aws-sdk/client-sts";
import { beforeEach, expect, test } from "vitest";
import { inProcess } from "../../../src/sandbox/wire/server.ts";
import { createToy, EXECUTION, KEY, STARTED } from "./toy.ts";

type Config = { region: string; maxAttempts: number; credentials: typeof KEY; requestHandler: never };

let bugs: unknown[];
let callbacks: unknown[];
let config: Config;

beforeEach(() => {
  bugs = [];
  const toy = createToy({ onBug: (error) => bugs.push(error) });
  callbacks = toy.callbacks;
  config = { region: "us-east-1", maxAttempts: 1, credentials: KEY, requestHandler: inProcess(toy.handle) as never };
});

async function failure(call: Promise<unknown>): Promise<{ name: string; status?: number; message: string }> {
  const error = await call.then(
    () => {
      throw new Error("the call succeeded");
    },
    (thrown: Error & { $metadata?: { httpStatusCode?: number } }) => thrown,
  );
  return { name: error.name, status: error.$metadata?.httpStatusCode, message: error.message };
}

test("ECS: values, failures and typed errors arrive as on AWS", async () => {
  const client = new ecs.ECSClient(config);
  const { services, failures } = await client.send(new ecs.DescribeServicesCommand({ services: ["web", "nope"] }));
  expect(services?.[0]).toMatchObject({ createdAt: STARTED, tags: [{ value: "<&>\"'" }] });
  expect(failures).toEqual([{ arn: "nope", reason: "MISSING" }]);
  await expect(client.send(new ecs.UpdateServiceCommand({ service: "nope" }))).rejects.toBeInstanceOf(
    ecs.ServiceNotFoundException,
  );
  const overrides = { containerOverrides: [{ name: "job", environment: [{ name: "A", value: "é" }] }] };
  const { tasks } = await client.send(new ecs.RunTaskCommand({ taskDefinition: "job:1", overrides }));
  expect(tasks?.[0]?.overrides).toEqual(overrides);
});

test("absent required members are refused in each service's own words", async () => {
  const absent = {} as never;
  expect(await failure(new ecs.ECSClient(config).send(new ecs.UpdateServiceCommand(absent)))).toEqual({
    name: "InvalidParameterException",
    status: 400,
    message: "service must not be null",
  });
  expect(await failure(new rds.RDSClient(config).send(new rds.CreateDBSnapshotCommand(absent)))).toMatchObject({
    name: "MissingParameter",
    status: 400,
  });
  const scaling = new autoscaling.ApplicationAutoScalingClient(config);
  const refused = await failure(scaling.send(new autoscaling.RegisterScalableTargetCommand(absent)));
  expect(refused.name).toBe("ValidationException");
  expect(refused.message).toMatch(/^3 validation errors detected: Value null at 'ServiceNamespace' failed/);
});

test("values of the wrong type are refused before a handler sees them", async () => {
  const wrong = "2" as never;
  const update = new ecs.UpdateServiceCommand({ service: "web", desiredCount: wrong });
  expect(await failure(new ecs.ECSClient(config).send(update))).toMatchObject({
    name: "SerializationException",
    status: 400,
  });
  const rule = new elb.CreateRuleCommand({ ListenerArn: "l", Priority: "x" as never, Conditions: [], Actions: [] });
  expect(await failure(new elb.ElasticLoadBalancingV2Client(config).send(rule))).toMatchObject({
    name: "MalformedInput",
    status: 400,
  });
});

test("ELBv2: nested structures and lists survive the query protocol", async () => {
  const client = new elb.ElasticLoadBalancingV2Client(config);
  const rule: elb.CreateRuleCommandInput = {
    ListenerArn: "arn:l",
    Priority: 5,
    Conditions: [{ Field: "http-header", HttpHeaderConfig: { HttpHeaderName: "X", Values: ["a", "b&c"] } }],
    Actions: [
      {
        Type: "forward",
        ForwardConfig: {
          TargetGroups: [
            { TargetGroupArn: "t1", Weight: 1 },
            { TargetGroupArn: "t2", Weight: 0 },
          ],
          TargetGroupStickinessConfig: { Enabled: false },
        },
      },
    ],
  };
  await client.send(new elb.CreateRuleCommand(rule));
  const { Rules } = await client.send(new elb.DescribeRulesCommand({ ListenerArn: "arn:l" }));
  const { Conditions, Actions } = rule;
  expect(Rules).toEqual([{ RuleArn: "arn:l/rule", Priority: "5", Conditions, Actions, IsDefault: false }]);
  await expect(client.send(new elb.CreateRuleCommand(rule))).rejects.toBeInstanceOf(elb.PriorityInUseException);
});

test("RDS: tags, filters and errors whose code is not their shape's name", async () => {
  const client = new rds.RDSClient(config);
  const Tags = [
    { Key: "a", Value: "1" },
    { Key: "b", Value: "2" },
  ];
  const input = { DBSnapshotIdentifier: "s1", DBInstanceIdentifier: "db", Tags };
  const { DBSnapshot } = await client.send(new rds.CreateDBSnapshotCommand(input));
  expect(DBSnapshot).toMatchObject({ TagList: Tags, SnapshotCreateTime: STARTED });
  const Filters = [{ Name: "db-instance-id", Values: ["x", "db"] }];
  const listed = await client.send(new rds.DescribeDBSnapshotsCommand({ Filters, IncludeShared: true }));
  expect([listed.DBSnapshots?.length, listed.Marker]).toEqual([1, "shared"]);
  const gone = client.send(new rds.DescribeDBSnapshotsCommand({ DBSnapshotIdentifier: "gone" }));
  await expect(gone).rejects.toBeInstanceOf(rds.DBSnapshotNotFoundFault);
  expect(await failure(gone)).toMatchObject({ status: 404 });
});

test("Lambda: payloads, labels with slashes, query parameters and callbacks", async () => {
  const client = new lambda.LambdaClient(config);
  const { Payload } = await client.send(new lambda.InvokeCommand({ FunctionName: "echo", Payload: "héllo" }));
  expect(Payload?.transformToString()).toBe("héllo");
  const started = await client.send(new lambda.InvokeCommand({ FunctionName: "f", InvocationType: "Event" }));
  expect([started.StatusCode, started.DurableExecutionArn]).toEqual([202, EXECUTION]);
  const got = await client.send(new lambda.GetDurableExecutionCommand({ DurableExecutionArn: EXECUTION }));
  expect(got).toMatchObject({ DurableExecutionArn: EXECUTION, StartTimestamp: STARTED });
  const history = { DurableExecutionArn: EXECUTION, ReverseOrder: true, MaxItems: 5 };
  const { NextMarker } = await client.send(new lambda.GetDurableExecutionHistoryCommand(history));
  expect(NextMarker).toBe("true 5");
  await client.send(new lambda.SendDurableExecutionCallbackSuccessCommand({ CallbackId: "cb/1==", Result: "ok" }));
  expect(callbacks).toEqual([["cb/1==", "ok"]]);
  const none = client.send(new lambda.GetDurableExecutionCommand({ DurableExecutionArn: "arn:none" }));
  await expect(none).rejects.toBeInstanceOf(lambda.ResourceNotFoundException);
});

test("an operation without a handler answers 501 and names itself", async () => {
  expect(await failure(new ecs.ECSClient(config).send(new ecs.ListClustersCommand({})))).toEqual({
    name: "NotImplemented",
    status: 501,
    message: "ECS:ListClusters is in the schema but has no handler here",
  });
  expect(await failure(new rds.RDSClient(config).send(new rds.DescribeDBInstancesCommand({})))).toMatchObject({
    name: "NotImplemented",
    status: 501,
  });
  expect(await failure(new lambda.LambdaClient(config).send(new lambda.ListFunctionsCommand({})))).toMatchObject({
    name: "NotImplemented",
    status: 501,
  });
});

test("a result that the model does not have is a 500 and a bug of the handler", async () => {
  const deletion = new rds.DeleteDBSnapshotCommand({ DBSnapshotIdentifier: "s1" });
  expect(await failure(new rds.RDSClient(config).send(deletion))).toMatchObject({
    name: "InternalFailure",
    status: 500,
  });
  expect(bugs.map(String)).toEqual(["TypeError: DeleteDBSnapshot.DBSnapshot has no member NoSuchMember"]);
});

test("DynamoDB answers at the same endpoint, through dynalite", async () => {
  const client = new dynamo.DynamoDBClient(config);
  const table = {
    TableName: "toys",
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: [{ AttributeName: "k", AttributeType: "S" }],
    KeySchema: [{ AttributeName: "k", KeyType: "HASH" }],
  } as const;
  await client.send(new dynamo.CreateTableCommand(table as never));
  await dynamo.waitUntilTableExists({ client, maxWaitTime: 5, minDelay: 0.01, maxDelay: 0.02 }, { TableName: "toys" });
  const Item = { k: { S: "é" }, n: { N: "1" } };
  await client.send(new dynamo.PutItemCommand({ TableName: "toys", Item }));
  const got = await client.send(new dynamo.GetItemCommand({ TableName: "toys", Key: { k: { S: "é" } } }));
  expect(got.Item).toEqual(Item);
  const again = { TableName: "toys", Item, ConditionExpression: "attribute_not_exists(k)" };
  await expect(client.send(new dynamo.PutItemCommand(again))).rejects.toBeInstanceOf(
    dynamo.ConditionalCheckFailedException,
  );
});

test("a wrong secret is refused by every protocol, in its own words", async () => {
  const stranger = { ...config, credentials: { ...KEY, secretAccessKey: "wrong" } };
  const refusals = await Promise.all([
    failure(new ecs.ECSClient(stranger).send(new ecs.ListTasksCommand({}))),
    failure(new rds.RDSClient(stranger).send(new rds.DescribeDBSnapshotsCommand({}))),
    failure(new lambda.LambdaClient(stranger).send(new lambda.ListFunctionsCommand({}))),
    failure(new dynamo.DynamoDBClient(stranger).send(new dynamo.ListTablesCommand({}))),
  ]);
  expect(refusals.map(({ name, status }) => `${status} ${name}`)).toEqual([
    "403 InvalidSignatureException",
    "403 SignatureDoesNotMatch",
    "403 InvalidSignatureException",
    "403 InvalidSignatureException",
  ]);
});

test("STS: an operation that is unsigned by design needs no signature", async () => {
  const client = new sts.STSClient(config);
  const input = { RoleArn: "arn:aws:iam::123456789012:role/r", RoleSessionName: "s", WebIdentityToken: "t" };
  const { Audience } = await client.send(new sts.AssumeRoleWithWebIdentityCommand(input));
  expect(Audience).toBe("nobody had to sign");
});
