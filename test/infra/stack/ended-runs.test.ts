import { describe, expect, it } from "vitest";
import { all, one, synthesised } from "./synthesised.ts";

const made = await synthesised();

describe("runs that ended without a word", () => {
  it("are heard of by EventBridge, of this runbook and no other function", () => {
    const arn = "arn:aws:lambda:eu-central-1:111122223333:function:intermission-runbook";
    expect(one(made, "AWS::Events::Rule", { Name: "intermission-ended-runs" })).toMatchObject({
      State: "ENABLED",
      EventPattern: {
        source: ["aws.lambda"],
        "detail-type": ["Durable Execution Status Change"],
        detail: { status: ["STOPPED", "FAILED", "TIMED_OUT"], functionArn: [arn, { prefix: `${arn}:` }] },
      },
      Targets: [
        {
          Arn: "<ExecutionEndedFunction.Arn>",
          DeadLetterConfig: { Arn: "<Failures.Arn>" },
          RetryPolicy: { MaximumEventAgeInSeconds: 86_400 },
        },
      ],
    });
  });

  it("are heard of by the runbook's dead-letter queue too, message by message", () => {
    expect(one(made, "AWS::Lambda::EventSourceMapping", { FunctionName: "<ExecutionEndedFunction>" })).toMatchObject({
      EventSourceArn: "<EndedRuns.Arn>",
      FunctionResponseTypes: ["ReportBatchItemFailures"],
      BatchSize: 10,
    });
  });

  it("end up before people's eyes where nobody could take over", () => {
    const heard = one(made, "AWS::Lambda::Function", { FunctionName: "intermission-execution-ended" });
    expect(heard.DeadLetterConfig).toEqual({ TargetArn: "<Failures.Arn>" });
    const policies = all(made, "AWS::SQS::QueuePolicy").find(({ Queues }) => Queues.includes("<Failures>"))!;
    expect(policies.PolicyDocument.Statement).toContainEqual(
      expect.objectContaining({
        Effect: "Allow",
        Action: "sqs:SendMessage",
        Principal: { Service: "events.amazonaws.com" },
        Condition: { ArnEquals: { "aws:SourceArn": "<EndedRunsRule.Arn>" } },
      }),
    );
  });
});

describe("the bus", () => {
  it("hears of events of operations, and of nothing else that is in the table", () => {
    const mapping = one(made, "AWS::Lambda::EventSourceMapping", { FunctionName: "<AnnounceFunction>" });
    expect(mapping).toMatchObject({
      EventSourceArn: "<Table.StreamArn>",
      FunctionResponseTypes: ["ReportBatchItemFailures"],
      BisectBatchOnFunctionError: true,
      MaximumRetryAttempts: 20,
      MaximumRecordAgeInSeconds: 3_600,
      DestinationConfig: { OnFailure: { Destination: "<Failures.Arn>" } },
    });
    expect(mapping.FilterCriteria.Filters.map(({ Pattern }: { Pattern: string }) => JSON.parse(Pattern))).toEqual([
      { eventName: ["INSERT"], dynamodb: { Keys: { sk: { S: [{ prefix: "event#" }] } } } },
    ]);
  });

  it("is the deployment's own", () => {
    expect(all(made, "AWS::Events::EventBus")).toMatchObject([{ Name: "intermission" }]);
  });
});

describe("the watch", () => {
  it("looks each minute, and leaves a minute that it missed to the next", () => {
    expect(one(made, "AWS::Events::Rule", { Name: "intermission-watch" })).toMatchObject({
      State: "ENABLED",
      ScheduleExpression: "rate(1 minute)",
      Targets: [{ Arn: "<WatchFunction.Arn>", RetryPolicy: { MaximumRetryAttempts: 0 } }],
    });
  });
});
