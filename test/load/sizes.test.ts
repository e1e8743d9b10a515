import { type DynamoDBDocumentClient, GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import { describe, expect, it } from "vitest";
import type { BusEvent } from "../../src/aws/event-bus.ts";
import { announce } from "../../src/engine/announce.ts";
import { keys } from "../../src/operations/dynamo-table.ts";
import type { OperationEvent, OperationFact } from "../../src/operations/event.ts";
import { operation } from "../operations/sample.ts";
import { createStage, OPERATION, progress } from "./stage.ts";

/** What Lambda answers at most, where the answer is a string inside a document. */
const LAMBDA_BYTES = 6_291_556;
const asLambda = (text: string) => Buffer.byteLength(JSON.stringify({ statusCode: 200, body: text }));
/** Text that no packing makes much smaller. */
const noise = (characters: number) => {
  let [state, text] = [1, ""];
  while (text.length < characters) {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    text += state.toString(36);
  }
  return text.slice(0, characters);
};
const node = (nth: number, fill = 20) => ({
  taskArn: `arn:aws:ecs:us-east-1:111122223333:task/crm/${noise(32 + nth).slice(-32)}`,
  service: "crm",
  image: `registry.example.com/crm@sha256:${"1".repeat(64)}${"x".repeat(fill)}`,
  imageDigest: `sha256:${"1".repeat(64)}`,
  status: "RUNNING",
});
const mutation = (nth: number): OperationFact => ({
  type: "mutation",
  key: `mutation/${nth}`,
  mutation: {
    phase: "close",
    service: "elasticloadbalancing",
    operation: "CreateRule",
    resource: `arn:aws:elasticloadbalancing:us-east-1:111122223333:listener/app/crm/${nth}`,
    parameters: { Priority: nth, Conditions: [{ Field: "path-pattern", Values: ["/*"] }] },
    summary: `answers with the page on listener ${nth}`,
    inverse: "delete the rule",
  },
});

describe("what is too large for an item", { timeout: 60_000 }, () => {
  it("is packed, and comes back as it was: nodes by the thousand, journal entries, what is kept, what was seen", async () => {
    const stage = await createStage();
    const nodes = Array.from({ length: 1_500 }, (_, nth) => node(nth));
    await stage.runbook.append(OPERATION, [{ type: "nodes", key: "nodes", when: "before", nodes }]);
    await stage.runbook.keep(OPERATION, "before", { nodes });
    await stage.runbook.note("crm", { nodes });
    const { mutation: made } = mutation(1) as Extract<OperationFact, { type: "mutation" }>;
    const entry = {
      name: "rules",
      at: "2026-01-15T02:00:00.000Z",
      mutation: made,
      undo: { kind: "keep" as const, why: "x".repeat(600_000) },
    };
    await stage.runbook.journal(OPERATION, entry);
    const other = stage.storeOf(stage.connect());
    expect((await other.get(OPERATION))?.nodes.before).toEqual(nodes);
    expect(await other.kept(OPERATION)).toEqual({ before: { nodes } });
    expect(await other.noted("crm")).toEqual({ nodes });
    expect(await other.journalEntries(OPERATION)).toEqual([entry]);
  });

  it("is told to subscribers all the same", async () => {
    const stage = await createStage();
    const nodes = Array.from({ length: 1_000 }, (_, nth) => node(nth));
    await stage.runbook.append(OPERATION, [{ type: "nodes", key: "nodes", when: "before", nodes }]);
    const { Item } = await stage
      .connect()
      .send(new GetCommand({ TableName: stage.table, Key: keys.event(OPERATION, 2) }));
    const put: BusEvent[] = [];
    const log: unknown[] = [];
    const handler = announce({
      bus: { put: async (event) => void put.push(event) },
      log: (line) => void log.push(line),
    });
    const image = Object.fromEntries(
      Object.entries(Item!).map(([name, value]) => [
        name,
        value instanceof Uint8Array ? { B: Buffer.from(value).toString("base64") } : { S: String(value) },
      ]),
    );
    const Keys = { pk: image.pk, sk: image.sk };
    await handler({ Records: [{ eventName: "INSERT", dynamodb: { SequenceNumber: "1", Keys, NewImage: image } }] });
    expect(log).toEqual([]);
    expect(put).toMatchObject([{ detailType: "intermission.operation.nodes" }]);
  });

  it("even packed is shortened, with a word about how much, and the operation is held all the same", async () => {
    const stage = await createStage();
    const line = noise(700_000);
    const problem = {
      code: "leader-stopped",
      message: "the leader stopped",
      hint: line,
      details: { lines: [line, line], all: Array.from({ length: 40_000 }, (_, nth) => noise(nth % 50)) },
    };
    const state = await stage.runbook.append(OPERATION, [{ type: "held", key: "held", problem }]);
    expect(state).toMatchObject({ status: "held", problem: { code: "leader-stopped", message: "the leader stopped" } });
    expect(state.problem?.hint).toMatch(/ … \(\d+ more characters were left out\)$/);
    expect(JSON.stringify(state.problem?.details)).toMatch(/\(\d+ more were left out\)/);
    expect(await stage.storeOf(stage.connect()).get(OPERATION)).toEqual(state);
  });

  it("is refused before anything is done where it is a journal entry, for a shortened one would undo something else", async () => {
    const stage = await createStage();
    const { mutation: made } = mutation(1) as Extract<OperationFact, { type: "mutation" }>;
    const undo = { kind: "keep" as const, why: noise(900_000) };
    const entry = { name: "rules", at: "2026-01-15T02:00:00.000Z", mutation: made, undo };
    await expect(stage.runbook.journal(OPERATION, entry)).rejects.toThrow(
      "expected entry to fit into an item of 400 KB",
    );
  });
});

describe("an answer", { timeout: 60_000 }, () => {
  it("holds what Lambda can answer, and says what it leaves out", async () => {
    const stage = await createStage();
    for (let from = 0; from < 9; from += 1) {
      const nodes = Array.from({ length: 1_000 }, (_, nth) => node(nth, 500));
      if (from < 2)
        await stage.runbook.append(OPERATION, [
          { type: "nodes", key: `n${from}`, when: from ? "after" : "before", nodes },
        ]);
      const leftovers = Array.from(
        { length: 3 },
        (_, nth): OperationFact => ({
          type: "leftover",
          key: `leftover/${from}/${nth}`,
          what: `rule ${from}/${nth}`,
          fix: "x".repeat(150_000),
        }),
      );
      await stage.runbook.append(OPERATION, leftovers);
    }
    await stage.runbook.append(OPERATION, [{ type: "finished", key: "finished", status: "succeeded" }]);
    const { request } = await stage.newProcess();
    for (const path of ["", "/receipt", "/events"]) {
      const text = await (await request(`/v1/operations/${OPERATION}${path}`)).text();
      expect(asLambda(text)).toBeLessThan(LAMBDA_BYTES);
      expect(JSON.parse(text)).toMatchObject(
        path === "/events" ? { more: true } : { omitted: { leftovers: expect.any(Number) } },
      );
    }
    const text = await (await request(`/v1/operations/${OPERATION}`, { headers: { accept: "text/plain" } })).text();
    expect(text).toContain("of leftovers: one answer cannot hold them");
    const seen: number[] = [];
    for (let more = true; more; ) {
      const page = (await (await request(`/v1/operations/${OPERATION}/events?after=${seen.at(-1) ?? 0}`)).json()) as {
        events: OperationEvent[];
        more: boolean;
      };
      seen.push(...page.events.map(({ seq }) => seq));
      more = page.more;
    }
    expect(seen).toEqual(Array.from({ length: 31 }, (_, index) => index + 1));
  });
});

it("records of an older version, without checkpoints, packing or lists, are read as they are", {
  timeout: 60_000,
}, async () => {
  const stage = await createStage();
  await stage.logOf(130);
  const client: DynamoDBDocumentClient = stage.connect();
  const finished = { type: "finished", key: "finished", status: "succeeded", seq: 131, at: "2026-01-15T04:00:00.000Z" };
  const old = { ...keys.event(OPERATION, 131), type: "finished", at: finished.at, event: JSON.stringify(finished) };
  await client.send(new PutCommand({ TableName: stage.table, Item: old }));
  const { request } = await stage.newProcess();
  const list = (await (await request("/v1/operations")).json()) as { operations: object[] };
  expect(list.operations).toMatchObject([{ id: OPERATION, status: "succeeded", finishedAt: finished.at }]);
  await stage.storeOf(stage.connect()).unlock("crm", OPERATION);
  const next = operation({ id: "op-20260116-020000-bbbbbb", idempotencyKey: "next" });
  expect(await stage.runbook.create(next)).toMatchObject({ outcome: "created" });
});

it("a reader with a checkpoint, one without, and the writer say the same of an operation at each of its events", {
  timeout: 60_000,
}, async () => {
  const stage = await createStage();
  for (let events = 1; events < 140; events += 23) {
    await stage.runbook.append(
      OPERATION,
      Array.from({ length: 23 }, (_, nth) => (nth % 5 ? progress(events + nth) : mutation(events + nth))),
    );
    const all = await stage.storeOf(stage.connect()).events(OPERATION);
    const state = await stage.storeOf(stage.connect()).get(OPERATION);
    expect(state).toEqual(await stage.runbook.get(OPERATION));
    expect(all.map(({ seq }) => seq)).toEqual(Array.from({ length: state!.version }, (_, index) => index + 1));
    expect(state?.mutations).toHaveLength(all.filter(({ type }) => type === "mutation").length);
  }
});
