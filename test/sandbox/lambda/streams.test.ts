import * as dynamodb from "@aws-sdk/client-dynamodb";
import { CreateEventSourceMappingCommand, type CreateEventSourceMappingCommandInput } from "@aws-sdk/client-lambda";
import { describe, expect, it } from "vitest";
import { systemClock } from "../../../src/clock.ts";
import { createDynamoDb } from "../../../src/sandbox/cloud/dynamodb/dynamodb.ts";
import type { StreamRecord } from "../../../src/sandbox/cloud/seams.ts";
import { createEndpoint, inProcess } from "../../../src/sandbox/wire/server.ts";
import { inVirtualTime } from "../../virtual-time.ts";
import { runbook, sandboxLambda } from "./sandbox-lambda.ts";

type Answer = Error | { batchItemFailures: { itemIdentifier: string }[] } | undefined;

/** A table with a stream, and a function that reads it: each batch it got, and what it answers to the next ones. */
async function account(mapping: Partial<CreateEventSourceMappingCommandInput> = {}, viewType = "NEW_IMAGE") {
  const batches: StreamRecord[][] = [];
  const answers: ((batch: StreamRecord[]) => Answer)[] = [];
  const { durableConfig: _durable, aliases: _aliases, ...plain } = runbook;
  const { lambda, client, streams, world } = sandboxLambda(
    {
      reader:
        () =>
        async ({ Records }: { Records: StreamRecord[] }) => {
          batches.push(Records);
          const answer = answers.shift()?.(Records);
          if (answer instanceof Error) throw answer;
          return answer;
        },
    },
    [{ ...plain, functionName: "reader" }],
  );
  const db = new dynamodb.DynamoDB({
    region: world.region,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    requestHandler: inProcess(
      createEndpoint({ mounts: [], passThrough: [createDynamoDb({ createTableMs: 0, streams })] }),
    ),
    maxAttempts: 1,
  });
  const table = (TableName: string, StreamViewType?: string) =>
    db.createTable({
      TableName,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
      ...(StreamViewType && {
        StreamSpecification: { StreamEnabled: true, StreamViewType: StreamViewType as dynamodb.StreamViewType },
      }),
    });
  await table("plain");
  const { TableDescription } = await table("items", viewType);
  await systemClock.sleep(1_000);
  const read = (more: Partial<CreateEventSourceMappingCommandInput> = {}) =>
    client.send(
      new CreateEventSourceMappingCommand({
        EventSourceArn: TableDescription?.LatestStreamArn,
        FunctionName: "reader",
        StartingPosition: "TRIM_HORIZON",
        ...mapping,
        ...more,
      }),
    );
  await read();
  const put = (pk: string, v = "1", TableName = "items") =>
    db.putItem({ TableName, Item: { pk: { S: pk }, v: { N: v } } });
  const keys = () => batches.map((batch) => batch.map(({ dynamodb }) => (dynamodb.Keys.pk as { S: string }).S));
  return { db, put, batches, answers, keys, read, lambda, table: TableDescription };
}
const fail = () => new Error("no");
const failAt = (index: number) => (batch: StreamRecord[]) => ({
  batchItemFailures: [{ itemIdentifier: batch[index]!.dynamodb.SequenceNumber }],
});

describe("a table's stream", () => {
  it("brings what was written, as it is after the write, in order", () =>
    inVirtualTime(async () => {
      const { db, put, batches, lambda, table } = await account();
      await Promise.all([put("a"), put("b"), put("c")]);
      await put("a", "2");
      await db.updateItem({
        TableName: "items",
        Key: { pk: { S: "b" } },
        UpdateExpression: "SET v = :v",
        ExpressionAttributeValues: { ":v": { N: "3" } },
      });
      await db.deleteItem({ TableName: "items", Key: { pk: { S: "c" } } });
      await systemClock.sleep(1_000);
      expect(batches.flat().map(({ eventName, dynamodb: { NewImage } }) => [eventName, NewImage])).toEqual([
        ["INSERT", { pk: { S: "a" }, v: { N: "1" } }],
        ["INSERT", { pk: { S: "b" }, v: { N: "1" } }],
        ["INSERT", { pk: { S: "c" }, v: { N: "1" } }],
        ["MODIFY", { pk: { S: "a" }, v: { N: "2" } }],
        ["MODIFY", { pk: { S: "b" }, v: { N: "3" } }],
        ["REMOVE", undefined],
      ]);
      const numbers = batches.flat().map(({ dynamodb }) => dynamodb.SequenceNumber);
      expect(numbers.toSorted()).toEqual(numbers);
      expect(batches[0]?.[0]).toMatchObject({ eventSource: "aws:dynamodb", eventSourceARN: table?.LatestStreamArn });
      await lambda.stop();
    }));

  it("has the old images where it is asked for them, and no record of what changed nothing or was refused", () =>
    inVirtualTime(async () => {
      const { db, put, batches, lambda } = await account({}, "NEW_AND_OLD_IMAGES");
      await put("a");
      await put("a");
      const refused = db.putItem({
        TableName: "items",
        Item: { pk: { S: "a" }, v: { N: "9" } },
        ConditionExpression: "attribute_not_exists(pk)",
      });
      await expect(refused).rejects.toThrow(dynamodb.ConditionalCheckFailedException);
      await put("a", "2");
      await put("a", "5", "plain");
      await systemClock.sleep(1_000);
      expect(batches.flat().map(({ dynamodb: { OldImage, NewImage } }) => [OldImage?.v, NewImage?.v])).toEqual([
        [undefined, { N: "1" }],
        [{ N: "1" }, { N: "2" }],
      ]);
      await lambda.stop();
    }));

  it("knows of writes at once which came before which", () =>
    inVirtualTime(async () => {
      const { put, batches, lambda } = await account({}, "NEW_AND_OLD_IMAGES");
      await Promise.all(["1", "2", "3", "4", "5"].map((v) => put("a", v)));
      await systemClock.sleep(1_000);
      const images = batches.flat().map(({ dynamodb: { OldImage, NewImage } }) => [OldImage?.v, NewImage?.v]);
      expect(images).toHaveLength(5);
      expect(images.slice(1).map(([before]) => before)).toEqual(images.slice(0, -1).map(([, after]) => after));
      await lambda.stop();
    }));

  it("is told of by the table, and by none that has no stream", () =>
    inVirtualTime(async () => {
      const { db, table, lambda } = await account();
      const { Table } = await db.describeTable({ TableName: "items" });
      expect(Table).toMatchObject({
        LatestStreamArn: table?.LatestStreamArn,
        StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_IMAGE" },
      });
      expect((await db.describeTable({ TableName: "plain" })).Table?.LatestStreamArn).toBeUndefined();
      await lambda.stop();
    }));
});

describe("a mapping of a stream to a function", () => {
  const ReportBatchItemFailures = { FunctionResponseTypes: ["ReportBatchItemFailures" as const] };
  const four = ["a", "b", "c", "d"];
  const putAll = async ({ put }: { put: (pk: string) => Promise<unknown> }) => {
    for (const pk of four) await put(pk);
    await systemClock.sleep(60_000);
  };

  it("begins with what is in the stream already, or with what comes", () =>
    inVirtualTime(async () => {
      const reading = await account({ StartingPosition: "LATEST" });
      await putAll(reading);
      expect(reading.keys()).toEqual([four]);
      await reading.read({ StartingPosition: "TRIM_HORIZON" });
      await systemClock.sleep(1_000);
      expect(reading.keys()).toEqual([four, four]);
      await reading.lambda.stop();
    }));

  it("brings batches of its size, and only what its filters let through", () =>
    inVirtualTime(async () => {
      const Pattern = JSON.stringify({
        eventName: ["INSERT"],
        dynamodb: { Keys: { pk: { S: [{ "anything-but": "b" }] } } },
      });
      const reading = await account({ BatchSize: 2, FilterCriteria: { Filters: [{ Pattern }] } });
      await putAll(reading);
      expect(reading.keys()).toEqual([["a", "c"], ["d"]]);
      await reading.lambda.stop();
    }));

  it("brings a batch again from the first record that failed, before anything that follows", () =>
    inVirtualTime(async () => {
      const reading = await account(ReportBatchItemFailures);
      reading.answers.push(failAt(2), failAt(0));
      await putAll(reading);
      expect(reading.keys()).toEqual([four, ["c", "d"], ["c", "d"]]);
      await reading.lambda.stop();
    }));

  it("takes the answer for a success where it was not told to read it", () =>
    inVirtualTime(async () => {
      const reading = await account();
      reading.answers.push(failAt(2));
      await putAll(reading);
      expect(reading.keys()).toEqual([four]);
      await reading.lambda.stop();
    }));

  it("brings a batch whose function throws again as a whole, or by halves", () =>
    inVirtualTime(async () => {
      const whole = await account();
      whole.answers.push(fail);
      await putAll(whole);
      expect(whole.keys()).toEqual([four, four]);
      await whole.lambda.stop();
      const halves = await account({ BisectBatchOnFunctionError: true, BatchSize: 4 });
      halves.answers.push(fail);
      await putAll(halves);
      expect(halves.keys()).toEqual([four, ["a", "b"], ["c", "d"]]);
      await halves.lambda.stop();
    }));

  it("gives up a batch once its retries are used up, and goes on behind it", () =>
    inVirtualTime(async () => {
      const reading = await account({ MaximumRetryAttempts: 1 });
      reading.answers.push(fail, fail);
      await putAll(reading);
      await reading.put("e");
      await systemClock.sleep(1_000);
      expect(reading.keys()).toEqual([four, four, ["e"]]);
      await reading.lambda.stop();
    }));

  it("is refused without a stream, a position or a pattern that is one", () =>
    inVirtualTime(async () => {
      const { read, lambda } = await account();
      await expect(read({ EventSourceArn: "arn:aws:dynamodb:eu-central-1:1:table/no/stream/1" })).rejects.toThrow(
        "Stream not found",
      );
      await expect(read({ StartingPosition: undefined })).rejects.toThrow("Starting position");
      await expect(read({ FilterCriteria: { Filters: [{ Pattern: "{" }] } })).rejects.toThrow("filter pattern");
      await expect(read({ FunctionName: "nobody" })).rejects.toThrow("Function not found");
      await lambda.stop();
    }));
});
