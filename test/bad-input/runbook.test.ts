import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { describe, expect, it } from "vitest";
import type { Aws } from "../../src/aws/aws.ts";
import { inMemoryWorkflow } from "../../src/engine/in-memory-workflow.ts";
import { createDynamoStore } from "../../src/operations/dynamo-store.ts";
import type { Item } from "../../src/operations/dynamo-table.ts";
import { runOperation } from "../../src/procedures/run-operation.ts";
import { goldenRecords, MAINTENANCE, putRecords } from "../operations/golden-records.ts";
import { createTable } from "../operations/table.ts";

/** A held operation that another run takes over, with one of its records broken, and an AWS that nobody may touch. */
async function takenOver(breakIt: (item: Item) => Item, kind: string) {
  const { client, table } = await createTable();
  const records = goldenRecords().filter(({ pk }) => pk !== "operation#op-20260115-020012-000001");
  await putRecords(client, table, records);
  let nowMs = Date.parse("2026-01-16T03:00:00Z");
  const clock = {
    now: () => nowMs,
    async sleep(ms: number) {
      nowMs += ms;
    },
  };
  const store = createDynamoStore({ client, table, clock });
  const epoch = await store.raiseEpoch(MAINTENANCE, 1);
  await store.append(MAINTENANCE, [{ type: "taken-over", key: "taken-over/e2", epoch, why: "somebody decided" }]);
  const broken = records.find(({ pk, sk }) => pk === `operation#${MAINTENANCE}` && sk.startsWith(kind))!;
  await client.send(
    new PutCommand({ TableName: table, Item: { ...breakIt(broken), ...(kind === "meta" && { epoch }) } }),
  );

  const touched: string[] = [];
  const untouchable = new Proxy({} as Aws, {
    get: (_aws, service) => {
      touched.push(String(service));
      throw new Error(`touched ${String(service)}`);
    },
  });
  const alarms: unknown[] = [];
  const world = {
    aws: untouchable,
    store: createDynamoStore({ client, table, clock }),
    http: () => Promise.reject(new Error("nobody is asked")),
    resolveName: () => Promise.reject(new Error("nobody is asked")),
    clock,
    alarm: (alarm: unknown) => void alarms.push(alarm),
    windowsAtOnce: 1,
  };
  const workflow = inMemoryWorkflow({ clock });
  const ended = await runOperation({ world, workflow, operationId: MAINTENANCE, epoch }).catch((error: Error) => error);
  return {
    ended,
    touched,
    alarms,
    store: createDynamoStore({ client, table, clock }),
    record: `${broken.pk} / ${broken.sk}`,
  };
}

const cut = (attribute: string) => (item: Item) => ({ ...item, [attribute]: String(item[attribute]).slice(0, 40) });
const changed = (attribute: string, change: (document: Record<string, unknown>) => unknown) => (item: Item) => ({
  ...item,
  [attribute]: JSON.stringify(change(JSON.parse(item[attribute] as string) as Record<string, unknown>)),
});

describe("a run that takes over an operation with a record that it does not understand", () => {
  it.each<[string, string, (item: Item) => Item]>([
    ["a journal entry that was cut short", "journal#", cut("entry")],
    [
      "an undo of a kind that is yet to come",
      "journal#",
      changed("entry", (entry) => ({ ...entry, undo: { kind: "thaw" } })),
    ],
    [
      "an undo with a member that is yet to come",
      "journal#",
      changed("entry", (entry) => ({ ...entry, undo: { ...(entry.undo as object), onlyIf: "closed" } })),
    ],
    ["a leader without its task", "kept#leader", changed("value", ({ targets }) => ({ targets }))],
    [
      "a configuration with a setting that is yet to come",
      "meta",
      changed("configuration", (target) => ({ ...target, tide: "low" })),
    ],
    [
      "a configuration without its services",
      "meta",
      changed("configuration", (target) => ({ ...target, services: undefined })),
    ],
  ])("holds it and says which: %s", async (_what, kind, breakIt) => {
    const { ended, touched, alarms, store, record } = await takenOver(breakIt, kind);
    expect(ended).toEqual({ status: "held" });
    expect(touched).toEqual([]);
    const state = await store.get(MAINTENANCE);
    expect(state).toMatchObject({ status: "held", problem: { code: "unreadable-record" } });
    expect(state!.problem!.message).toContain(record);
    expect(state!.problem!.hint).toContain("point-in-time recovery");
    expect(alarms).toMatchObject([{ event: "operation-held", operation: MAINTENANCE }]);
    expect(await store.lockHolder("noticeboard")).toBe(MAINTENANCE);
  });

  it.each<[string, string, (item: Item) => Item]>([
    ["records of a format that is yet to come", "meta", (item) => ({ ...item, format: 2 })],
    [
      "an event of a type that is yet to come",
      "event#000007",
      changed("event", (event) => ({ ...event, type: "thawed" })),
    ],
    ["an event that was cut short", "event#000003", cut("event")],
    ["a configuration that was cut short", "meta", (item) => ({ ...item, configuration: "{" })],
  ])("does nothing at all, and fails with its name: %s", async (what, kind, breakIt) => {
    const { ended, touched, record } = await takenOver(breakIt, kind);
    expect(touched).toEqual([]);
    const said = ended instanceof Error ? ended.message : JSON.stringify(ended);
    if (what.startsWith("an event")) expect(said).toContain(record);
    else expect(ended).toEqual({ status: "held" });
  });
});
