import { beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { executionEnded } from "../../src/engine/execution-ended.ts";
import { createDynamoStore } from "../../src/operations/dynamo-store.ts";
import type { OperationFact } from "../../src/operations/event.ts";
import type { JournalEntry } from "../../src/operations/journal.ts";
import type { OperationStore } from "../../src/operations/store.ts";
import { executionName } from "../../src/operations/take-over.ts";
import { A, B, operation } from "../operations/sample.ts";
import { createTable } from "../operations/table.ts";

let store: OperationStore;
let started: string[];
let log: Record<string, unknown>[];
let alarms: unknown[];
let broken: boolean;
let handler: ReturnType<typeof executionEnded>;

beforeEach(async () => {
  const { client, table } = await createTable();
  store = createDynamoStore({ client, table, clock: systemClock });
  [started, log, alarms, broken] = [[], [], [], false];
  handler = executionEnded({
    store,
    start: async (id, epoch) => {
      if (broken) throw new Error("no route to host");
      started.push(executionName(id, epoch));
    },
    log: (line) => void log.push(line),
    alarm: (alarm) => void alarms.push(alarm),
  });
  await store.create(operation());
  await store.append(A, [{ type: "started", key: "started" }]);
});

const change = (status: string, name = A, more: object = {}) => ({
  version: "0",
  source: "aws.lambda",
  "detail-type": "Durable Execution Status Change",
  detail: { durableExecutionName: name, durableExecutionArn: "arn", functionArn: "arn", status },
  ...more,
});
const message = (body: unknown, messageId = "m-1") => ({
  messageId,
  body: typeof body === "string" ? body : JSON.stringify(body),
  eventSource: "aws:sqs",
});
const taken = async () => (await store.events(A)).filter((event) => event.type === "taken-over");
const held: OperationFact = { type: "held", key: "held", problem: { code: "timed-out", message: "not ready" } };

describe("the end of an execution that none of our code saw", () => {
  it.each([
    ["STOPPED", "its durable execution was stopped"],
    ["FAILED", "its durable execution failed"],
    ["TIMED_OUT", "its durable execution ran into its time-out"],
  ])("%s makes another run take over, and says so", async (status, why) => {
    await handler(change(status));
    expect(await taken()).toMatchObject([{ epoch: 2, why }]);
    expect(started).toEqual([`${A}-e2`]);
  });

  it("is heard of through the dead-letter queue too, with or without an envelope", async () => {
    const why = "the event that started its run came back through the dead-letter queue";
    expect(await handler({ Records: [message({ operationId: A })] })).toEqual({ batchItemFailures: [] });
    expect(await taken()).toMatchObject([{ epoch: 2, why }]);
    await handler({ Records: [message({ version: "1.0", requestPayload: { operationId: A, epoch: 2 } })] });
    expect(started).toEqual([`${A}-e2`, `${A}-e3`]);
  });

  it("leaves an operation that is over alone, and frees the target where the run ended before it could", async () => {
    await store.append(A, [{ type: "finished", key: "finished", status: "succeeded" }]);
    expect(await store.lockHolder("crm")).toBe(A);
    await handler(change("FAILED"));
    expect(await store.lockHolder("crm")).toBeUndefined();
    await store.create(operation({ id: B, idempotencyKey: "another" }));
    await handler(change("FAILED"));
    expect(await store.lockHolder("crm")).toBe(B);
    expect(await taken()).toEqual([]);
  });

  it("is one take-over, however often and in whichever way it is told", async () => {
    const records = { Records: [message({ operationId: A }), message({ operationId: A }, "m-2")] };
    await Promise.all([handler(change("STOPPED")), handler(records), handler(change("STOPPED"))]);
    expect(await taken()).toHaveLength(1);
    expect(new Set(started)).toEqual(new Set([`${A}-e2`]));
  });

  it("of a run that was taken over before does nothing", async () => {
    await handler(change("STOPPED"));
    await handler(change("FAILED", `${A}-e2`));
    started.length = 0;
    await handler(change("STOPPED"));
    await handler({ Records: [message({ operationId: A })] });
    expect(started).toEqual([]);
    expect(await taken()).toHaveLength(2);
    expect(log.at(-1)).toMatchObject({ message: "ignored", why: "the run of epoch 3 goes on already" });
  });

  it("that could not be acted upon comes again, and the rest of its batch does not", async () => {
    broken = true;
    await expect(handler(change("STOPPED"))).rejects.toThrow("no route to host");
    const batch = { Records: [message("{"), message({ operationId: A }, "m-2"), message({ a: 1 }, "m-3")] };
    expect(await handler(batch)).toEqual({ batchItemFailures: [{ itemIdentifier: "m-2" }] });
    broken = false;
    expect(await handler(batch)).toEqual({ batchItemFailures: [] });
    expect(started).toEqual([`${A}-e2`]);
    expect(await taken()).toHaveLength(1);
  });
});

describe("what is none of its business", () => {
  it.each<[string, unknown]>([
    ["a success", change("SUCCEEDED")],
    ["a begin", change("RUNNING")],
    ["another function's execution", change("FAILED", "nightly-report")],
    ["another service's event", change("FAILED", A, { source: "aws.ecs" })],
    ["an operation that is not there", change("FAILED", B)],
    ["a message that is no JSON", { Records: [message("oops")] }],
    ["a message without an operation", { Records: [message({ epoch: 2 })] }],
    ["nonsense", "nonsense"],
    ["nothing", null],
  ])("is left alone, with a line in the log: %s", async (_what, event) => {
    await handler(event);
    expect(started).toEqual([]);
    expect(log).toHaveLength(1);
    expect(log[0]).toMatchObject({ message: "ignored", why: expect.any(String) });
  });

  it.each<[string, OperationFact]>([
    ["over", { type: "finished", key: "finished", status: "succeeded" }],
    ["held", held],
  ])("is an operation that is %s", async (_status, fact) => {
    await store.append(A, [fact]);
    await handler(change("FAILED"));
    expect(started).toEqual([]);
    expect(await store.control(A)).toMatchObject({ epoch: 1 });
  });
});

describe("runs that end without a word one after the other", () => {
  const endAll = async () => {
    for (let epoch = 1; epoch <= 6; epoch += 1) await handler(change("FAILED", executionName(A, epoch)));
  };

  it("are taken over five times, then the operation is held and somebody is woken", async () => {
    await endAll();
    expect(started).toEqual([2, 3, 4, 5, 6].map((epoch) => `${A}-e${epoch}`));
    expect(await store.get(A)).toMatchObject({ status: "held", problem: { code: "runs-end-without-a-word" } });
    expect(alarms).toMatchObject([{ event: "operation-held", operation: A, target: "crm" }]);
    expect(await store.control(A)).toMatchObject({ epoch: 7 });
  });

  const by = { kind: "iam" as const, id: "x", name: "x", details: {} };
  const opened: OperationFact[] = [
    { type: "closed", key: "closed" },
    { type: "opening-started", key: "opening" },
    { type: "opened", key: "opened" },
  ];
  const entry = (name: string, undo: JournalEntry["undo"]) =>
    store.journal(A, {
      ...{ name, at: "2026-01-01T00:00:00.000Z", undo },
      mutation: {
        ...{ phase: "close", service: "ecs", operation: "UpdateService", resource: "web", parameters: {} },
        ...{ summary: name, inverse: `${name} back` },
      },
    });

  it("end an operation whose site is open with what it left behind, and free the target", async () => {
    await store.append(A, opened);
    await entry("delay", { kind: "restore-deregistration-delay", targetGroupArn: "arn", seconds: 300 });
    await entry("start", { kind: "keep", why: "it serves" });
    await endAll();
    expect(await store.get(A)).toMatchObject({
      status: "succeeded",
      leftovers: [{ what: expect.stringContaining("5 runs in a row") }, { fix: "delay back" }],
    });
    expect(alarms).toMatchObject([{ event: "operation-left-something", operation: A, target: "crm" }]);
    expect(await store.lockHolder("crm")).toBeUndefined();
    expect(await store.control(A)).toMatchObject({ epoch: 7 });
  });

  it("say that an operation which went back and opened is rolled back", async () => {
    await store.append(A, [{ type: "going-back", key: "back", why: "no migration", snapshot: "s" }, ...opened]);
    await endAll();
    expect(await store.get(A)).toMatchObject({ status: "rolled-back", problem: { message: "no migration" } });
  });

  it.each<[string, OperationFact]>([
    ["goes back since", { type: "going-back", key: "back", why: "x", snapshot: "s" }],
    ["shall go back since", { type: "decided", key: "decided", decision: "rollback", by }],
    ["is closed again", { type: "closed", key: "closed/2" }],
  ])("hold one that had opened and %s", async (_how, fact) => {
    await store.append(A, [...opened, fact]);
    await endAll();
    expect(await store.get(A)).toMatchObject({ status: "held" });
  });

  it("do not hold the one that goes on when its predecessor's end is told twice", async () => {
    for (let epoch = 1; epoch <= 5; epoch += 1) await handler(change("FAILED", executionName(A, epoch)));
    await handler({ Records: [message({ operationId: A, epoch: 5 })] });
    expect(await store.get(A)).toMatchObject({ status: "running" });
    expect(alarms).toEqual([]);
  });

  it("begin to count anew once a person has decided", async () => {
    await endAll();
    await store.append(A, [
      { type: "decided", key: "decided", decision: "rollback", by },
      { type: "taken-over", key: "taken-over/7", epoch: 7, why: "x decided: rollback" },
    ]);
    started.length = 0;
    await handler(change("FAILED", `${A}-e7`));
    expect(started).toEqual([`${A}-e8`]);
  });
});
