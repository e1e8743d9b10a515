import { describe, expect, it } from "vitest";
import { tableDefinition, timeToLiveDefinition } from "../../../src/operations/dynamo-table.ts";
import { all, one, synthesised } from "./synthesised.ts";

const made = await synthesised();
const KEY = "arn:aws:kms:eu-central-1:111122223333:key/0f6c3d5e-0001-4000-8000-000000000001";
const encrypted = await synthesised({ encryption: { key: KEY } });

describe("the table", () => {
  const table = made.resources.find(({ Type }) => Type === "AWS::DynamoDB::Table")!;

  it("has the keys and the time to live of the store's definition", () => {
    const { AttributeDefinitions, KeySchema, BillingMode } = tableDefinition("any");
    expect(table.Properties).toMatchObject({
      AttributeDefinitions,
      KeySchema,
      BillingMode,
      TimeToLiveSpecification: timeToLiveDefinition("any").TimeToLiveSpecification,
    });
  });

  it("can be brought back to any moment, and outlives the stack and whoever deletes it by mistake", () => {
    expect(table.Properties).toMatchObject({
      DeletionProtectionEnabled: true,
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    });
    expect(table).toMatchObject({ DeletionPolicy: "Retain", UpdateReplacePolicy: "Retain" });
  });

  it("is named by CloudFormation, so that what a failed deployment left behind is in nobody's way", () => {
    expect(table.Properties.TableName).toBeUndefined();
  });

  it("streams what items became, for the bus", () => {
    expect(table.Properties.StreamSpecification).toEqual({ StreamViewType: "NEW_IMAGE" });
  });

  it("is encrypted by a key of KMS, the customer's where there is one", () => {
    expect(table.Properties.SSESpecification).toEqual({ SSEEnabled: true });
    expect(all(encrypted, "AWS::DynamoDB::Table")[0]!.SSESpecification).toEqual({
      SSEEnabled: true,
      SSEType: "KMS",
      KMSMasterKeyId: KEY,
    });
  });
});

describe("queues", () => {
  it("are encrypted, refuse plain connections and keep messages for two weeks", () => {
    for (const queue of all(made, "AWS::SQS::Queue"))
      expect(queue).toMatchObject({ SqsManagedSseEnabled: true, MessageRetentionPeriod: 14 * 86_400 });
    for (const queue of all(encrypted, "AWS::SQS::Queue")) expect(queue.KmsMasterKeyId).toBe(KEY);
    for (const { PolicyDocument } of all(made, "AWS::SQS::QueuePolicy"))
      expect(PolicyDocument.Statement[0]).toMatchObject({
        Effect: "Deny",
        Action: "sqs:*",
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      });
    expect(all(made, "AWS::SQS::QueuePolicy")).toHaveLength(2);
  });

  it("hand a message out again only once the function has given it up, and five times at most", () => {
    expect(one(made, "AWS::SQS::Queue", { QueueName: "intermission-ended-runs" })).toMatchObject({
      VisibilityTimeout: 180,
      RedrivePolicy: { deadLetterTargetArn: "<Failures.Arn>", maxReceiveCount: 5 },
    });
  });
});

describe("the topic", () => {
  const topic = all(made, "AWS::SNS::Topic")[0]!;

  it("writes to who is named", () => {
    expect(all(made, "AWS::SNS::Subscription")).toEqual([
      { Protocol: "email", Endpoint: "oncall@example.com", TopicArn: "<Topic>" },
    ]);
  });

  it("lets nothing publish but this deployment's alarms", () => {
    expect(all(made, "AWS::SNS::TopicPolicy")).toHaveLength(1);
    const { PolicyDocument } = all(made, "AWS::SNS::TopicPolicy")[0]!;
    expect(PolicyDocument.Statement.filter(({ Effect }: { Effect: string }) => Effect === "Allow")).toEqual([
      {
        Sid: "AlarmsOfThisAccount",
        Effect: "Allow",
        Action: "sns:Publish",
        Principal: { Service: "cloudwatch.amazonaws.com" },
        Resource: "<Topic>",
        Condition: {
          StringEquals: { "aws:SourceAccount": "111122223333" },
          ArnLike: { "aws:SourceArn": "arn:aws:cloudwatch:eu-central-1:111122223333:alarm:intermission-*" },
        },
      },
    ]);
  });

  it("is encrypted with a key that alarms may use, which AWS's own for SNS does not let them", () => {
    expect(topic.KmsMasterKeyId).toBe("<TopicKey.Arn>");
    const key = all(made, "AWS::KMS::Key")[0]!;
    expect(key.EnableKeyRotation).toBe(true);
    expect(key.KeyPolicy.Statement).toContainEqual(
      expect.objectContaining({
        Principal: { Service: "cloudwatch.amazonaws.com" },
        Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
      }),
    );
    expect(all(encrypted, "AWS::SNS::Topic")[0]!.KmsMasterKeyId).toBe(KEY);
    expect(all(encrypted, "AWS::KMS::Key")).toEqual([]);
  });
});

describe("logs", () => {
  it("are kept as long as is asked for, and longer than the stack", () => {
    const groups = made.resources.filter(({ Type }) => Type === "AWS::Logs::LogGroup");
    expect(groups.map(({ Properties }) => String(Properties.LogGroupName)).sort()).toEqual([
      "/aws/lambda/intermission-announce",
      "/aws/lambda/intermission-api",
      "/aws/lambda/intermission-execution-ended",
      "/aws/lambda/intermission-runbook",
      "/aws/lambda/intermission-watch",
      "/aws/vendedlogs/intermission/github",
      "/aws/vendedlogs/intermission/operator",
    ]);
    for (const group of groups) {
      expect(group.Properties.RetentionInDays).toBe(400);
      expect(group).toMatchObject({ DeletionPolicy: "RetainExceptOnCreate", UpdateReplacePolicy: "Retain" });
    }
    for (const group of all(encrypted, "AWS::Logs::LogGroup")) expect(group.KmsKeyId).toBe(KEY);
  });
});

describe("nobody else", () => {
  it("is allowed anything by a policy of a resource", () => {
    const policies = made.resources.flatMap(({ Properties: { PolicyDocument, KeyPolicy, AssumeRolePolicyDocument } }) =>
      [PolicyDocument, KeyPolicy, AssumeRolePolicyDocument].filter((each) => each !== undefined),
    ) as { Statement: { Effect: string; Principal?: unknown }[] }[];
    const allowed = policies
      .flatMap(({ Statement }) => Statement)
      .filter(({ Effect, Principal }) => Effect === "Allow" && Principal !== undefined);
    expect(allowed.length).toBeGreaterThan(7);
    for (const { Principal } of allowed) {
      expect(JSON.stringify(Principal)).not.toContain('"*"');
      expect(JSON.stringify(Principal)).toMatch(/"Service"|:iam::111122223333:root/);
    }
    expect(all(made, "AWS::Events::EventBusPolicy")).toEqual([]);
  });

  it("deletes the stack by mistake", () => {
    expect(JSON.stringify(made.manifest)).toContain('"terminationProtection":true');
  });
});
