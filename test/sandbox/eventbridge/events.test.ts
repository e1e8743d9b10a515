import * as sdk from "@aws-sdk/client-eventbridge";
import {
  EventBridge,
  InvalidEventPatternException,
  PutRuleCommand,
  PutTargetsCommand,
} from "@aws-sdk/client-eventbridge";
import { InvokeCommand, StopDurableExecutionCommand } from "@aws-sdk/client-lambda";
import { describe, expect, it, test } from "vitest";
import { systemClock } from "../../../src/clock.ts";
import { matchesPattern, problemOfPattern } from "../../../src/sandbox/cloud/eventbridge/event-pattern.ts";
import { createEventBridge } from "../../../src/sandbox/cloud/eventbridge/eventbridge.ts";
import { statusChangeEvent } from "../../../src/sandbox/cloud/lambda/status-change-event.ts";
import { createEndpoint, inProcess } from "../../../src/sandbox/wire/server.ts";
import { describeService } from "../../../src/sandbox/wire/service.ts";
import { inVirtualTime } from "../../virtual-time.ts";
import { runbook, sandboxLambda } from "../lambda/sandbox-lambda.ts";

const READER = "arn:aws:lambda:eu-central-1:111122223333:function:reader";

/** A durable function that never ends by itself, a function that hears of it, and the default bus between them. */
function account({ deadLetters = false, answers = [] as unknown[] } = {}) {
  const heard: Record<string, unknown>[] = [];
  const definition = { ...runbook, ...(deadLetters && { deadLettersTo: "reader" }) };
  const { durableConfig: _durable, aliases: _aliases, ...plain } = runbook;
  const sandbox = sandboxLambda(
    {
      runbook: () => () => new Promise(() => {}),
      reader: () => async (event: Record<string, unknown>) => {
        heard.push(event);
        const answer = answers.shift();
        if (answer instanceof Error) throw answer;
        return answer;
      },
    },
    [definition, { ...plain, functionName: "reader" }],
  );
  const { world, lambda } = sandbox;
  const ecs = { call: () => undefined };
  const bus = createEventBridge(world, { ecs, functions: lambda.caller });
  lambda.onExecutionStatus((change) => bus.publish(statusChangeEvent(change)));
  const service = describeService(sdk, sdk.EventBridgeClient);
  const events = new EventBridge({
    region: world.region,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    requestHandler: inProcess(createEndpoint({ mounts: [{ service, handlers: bus.handlers }] })),
    maxAttempts: 1,
  });
  const rule = async (pattern: object, more: object = {}) => {
    await events.send(new PutRuleCommand({ Name: "ended", EventPattern: JSON.stringify(pattern), ...more }));
    await events.send(new PutTargetsCommand({ Rule: "ended", Targets: [{ Id: "reader", Arn: READER }] }));
  };
  const startAndStop = async () => {
    const { DurableExecutionArn } = await sandbox.client.send(
      new InvokeCommand({
        FunctionName: "runbook:live",
        InvocationType: "Event",
        DurableExecutionName: "op-1",
        Payload: '{"a":1}',
      }),
    );
    await systemClock.sleep(10_000);
    await sandbox.client.send(new StopDurableExecutionCommand({ DurableExecutionArn }));
    await systemClock.sleep(10_000);
    return DurableExecutionArn;
  };
  return { ...sandbox, events, rule, startAndStop, heard, stop: () => lambda.stop() };
}

const STOPPED = { source: ["aws.lambda"], detail: { status: ["STOPPED", "FAILED"] } };

describe("a rule with an event pattern", () => {
  it("invokes its function with the event of a durable execution that was stopped, and with no other", () =>
    inVirtualTime(async () => {
      const { rule, startAndStop, heard, stop } = account();
      await rule(STOPPED);
      const durableExecutionArn = await startAndStop();
      const functionArn = "arn:aws:lambda:eu-central-1:111122223333:function:runbook:1";
      expect(heard).toEqual([
        {
          version: "0",
          id: expect.stringMatching(/^[0-9a-f-]{36}$/),
          "detail-type": "Durable Execution Status Change",
          source: "aws.lambda",
          account: "111122223333",
          time: "2026-01-15T02:00:10Z",
          region: "eu-central-1",
          resources: [functionArn],
          detail: {
            durableExecutionArn,
            durableExecutionName: "op-1",
            functionArn,
            status: "STOPPED",
            startTimestamp: "2026-01-15T02:00:00.000Z",
            endTimestamp: "2026-01-15T02:00:10.000Z",
          },
        },
      ]);
      await stop();
    }));

  it("hears of every status where it asks for none", () =>
    inVirtualTime(async () => {
      const { rule, startAndStop, heard, stop } = account();
      await rule({ source: ["aws.lambda"] });
      await startAndStop();
      expect(heard.map(({ detail }) => (detail as { status: string }).status)).toEqual(["RUNNING", "STOPPED"]);
      await stop();
    }));

  it("does nothing while it is disabled, and where another source or status is asked for", () =>
    inVirtualTime(async () => {
      for (const [pattern, more] of [
        [STOPPED, { State: "DISABLED" }],
        [{ source: ["aws.ecs"] }, {}],
        [{ detail: { status: ["TIMED_OUT"] } }, {}],
      ] as const) {
        const { rule, startAndStop, heard, stop } = account();
        await rule(pattern, more);
        await startAndStop();
        expect(heard).toEqual([]);
        await stop();
      }
    }));

  it("is tried again where its function fails", () =>
    inVirtualTime(async () => {
      const { rule, startAndStop, heard, stop } = account({ answers: [new Error("no"), new Error("no")] });
      await rule(STOPPED);
      await startAndStop();
      await systemClock.sleep(600_000);
      expect(heard).toHaveLength(3);
      await stop();
    }));

  it.each(["{", '"x"', '{"source":"aws.lambda"}', '{"source":[]}', '{"source":[{"wildcard":"a*"}]}'])(
    "is refused as %s",
    (EventPattern) =>
      inVirtualTime(async () => {
        const { events, stop } = account();
        const put = events.putRule({ Name: "ended", EventPattern });
        await expect(put).rejects.toBeInstanceOf(InvalidEventPatternException);
        await stop();
      }),
  );
});

describe("the dead-letter queue of a durable function", () => {
  const failure = (event: Record<string, unknown>) => {
    const [{ messageId } = { messageId: "" }] = event.Records as { messageId: string }[];
    return messageId;
  };

  it("gets the event that started an execution which ended badly, as an SQS event source tells it", () =>
    inVirtualTime(async () => {
      const { startAndStop, heard, stop } = account({ deadLetters: true });
      await startAndStop();
      expect(heard).toMatchObject([{ Records: [{ body: '{"a":1}', eventSource: "aws:sqs" }] }]);
      expect(failure(heard[0]!)).toMatch(/^[0-9a-f-]{36}$/);
      await stop();
    }));

  it("brings a message again that its reader did not take, three times in all", () =>
    inVirtualTime(async () => {
      const answers = [new Error("no"), new Error("no"), new Error("no")];
      const { startAndStop, heard, stop } = account({ deadLetters: true, answers });
      await startAndStop();
      await systemClock.sleep(600_000);
      expect(heard).toHaveLength(3);
      expect(new Set(heard.map(failure)).size).toBe(1);
      await stop();
    }));
});

describe("an event pattern", () => {
  const event = { source: "aws.lambda", detail: { status: "FAILED", tags: ["a", "b"], count: 3 } };
  test.each<[object, boolean]>([
    [{}, true],
    [{ source: ["aws.lambda", "aws.ecs"] }, true],
    [{ source: ["aws.ecs"] }, false],
    [{ source: [{ prefix: "aws." }] }, true],
    [{ source: [{ suffix: ".ecs" }] }, false],
    [{ detail: { status: [{ "anything-but": ["FAILED"] }] } }, false],
    [{ detail: { status: [{ "anything-but": "STOPPED" }] } }, true],
    [{ detail: { other: [{ "anything-but": "STOPPED" }] } }, false],
    [{ detail: { tags: ["b"] } }, true],
    [{ detail: { count: [3] } }, true],
    [{ detail: { other: [{ exists: false }], status: [{ exists: true }] } }, true],
    [{ detail: { status: { deeper: ["FAILED"] } } }, false],
  ])("%j matches or not: %s", (pattern, expected) => {
    expect(problemOfPattern(JSON.stringify(pattern))).toBeUndefined();
    expect(matchesPattern(pattern as Parameters<typeof matchesPattern>[0], event)).toBe(expected);
  });
});
