import { PutCommand } from "@aws-sdk/lib-dynamodb";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { executionEnded } from "../../src/engine/execution-ended.ts";
import { watch } from "../../src/engine/watch.ts";
import { createActiveOperations } from "../../src/operations/dynamo-active.ts";
import { createDynamoStore } from "../../src/operations/dynamo-store.ts";
import type { Item } from "../../src/operations/dynamo-table.ts";
import { UnreadableRecordError } from "../../src/operations/record.ts";
import { keptRecords } from "../../src/procedures/kept-records.ts";
import { createWorld, iam } from "../api/world.ts";
import { goldenRecords, MAINTENANCE, putRecords, recordsIn, UPGRADE } from "../operations/golden-records.ts";
import { operation } from "../operations/sample.ts";
import { createTable } from "../operations/table.ts";
import { brokenRecords } from "./broken-record.ts";
import { runs, timeout } from "./search.ts";

const OTHER = "op-20260117-020000-cccccc";
/** In the golden records the target has another name than in the API's configuration. */
const records = goldenRecords().filter(isWanted).map(renamed);
/** A log of a few events is as good as one of two hundred; without its checkpoint it is read from its begin. */
function isWanted({ pk, sk }: Item): boolean {
  return (
    pk !== `operation#${UPGRADE}` || (!sk.startsWith("checkpoint#") && !(sk > "event#000030" && sk < "event#999999"))
  );
}
function renamed(item: Item): Item {
  return Object.fromEntries(
    Object.entries(item).map(([name, value]) => [
      name,
      typeof value === "string"
        ? value
            .replaceAll("target#noticeboard", "target#crm")
            .replaceAll(/("target"|\\"target\\"):("|\\")noticeboard/g, "$1:$2crm")
        : value,
    ]),
  ) as Item;
}
const SECRET = /"bypassSecret":"([^"]+)"/.exec(JSON.stringify(records).replaceAll("\\", ""))![1]!;

let table: Awaited<ReturnType<typeof createTable>>;
beforeAll(async () => {
  table = await createTable();
  await putRecords(table.client, table.table, records);
  const store = createDynamoStore({ ...table, clock: systemClock });
  await store.create(operation({ id: OTHER, target: "wiki", idempotencyKey: "other" }));
});

/** One record of the table is as it should not be, for as long as the check takes. */
async function withBroken<Result>(broken: Item, run: () => Promise<Result>): Promise<Result> {
  await put(broken);
  try {
    return await run();
  } finally {
    await put(records.find(({ pk, sk }) => pk === broken.pk && sk === broken.sk)!);
  }
}
const put = (item: Item) => table.client.send(new PutCommand({ TableName: table.table, Item: item }));
const freshStore = () => createDynamoStore({ ...table, clock: systemClock });

/** Events are many and alike; what has nothing but its key cannot be broken. */
const breakable = records.filter(
  (item, at) => Object.keys(item).length > 2 && (!item.sk.startsWith("event#") || at % 5 === 0),
);
const anyBroken = fc.constantFrom(...breakable).chain(brokenRecords);
const brokenOf = (which: (item: Item) => boolean) => fc.constantFrom(...breakable.filter(which)).chain(brokenRecords);

/** What a read came to: what was read, or the record that could not be. */
async function outcome(read: () => Promise<unknown>): Promise<"read" | UnreadableRecordError> {
  try {
    await read();
    return "read";
  } catch (error) {
    if (error instanceof UnreadableRecordError) return error;
    throw error;
  }
}

describe("a stored record that is not what was written", () => {
  it("is read as far as it can be, or is named; others are read as ever, and nothing is written", {
    timeout,
  }, async () => {
    let named = 0;
    await fc.assert(
      fc.asyncProperty(anyBroken, async (broken) =>
        withBroken(broken, async () => {
          const asked = new Set<string>();
          const client = table.connect(async (what) => void asked.add(what));
          const store = createDynamoStore({ client, table: table.table, clock: systemClock });
          const active = createActiveOperations({ client, table: table.table, clock: systemClock });
          const reads = [UPGRADE, MAINTENANCE].flatMap((id) => [
            () => store.get(id),
            () => store.events(id),
            () => store.journalEntries(id),
            () => keptRecords(store, id),
            () => store.control(id),
            () => store.configuration(id),
          ]);
          const shared = [
            () => store.listEach("crm"),
            () => store.list("crm"),
            () => store.lockHolder("crm"),
            () => active.on("crm"),
            () => store.noted("crm"),
            () => store.signingKey(),
          ];
          for (const read of [...reads, ...shared]) {
            const found = await outcome(read);
            if (found === "read") continue;
            named += 1;
            expect(found.message).toMatch(/^the record \S+ \/ .+ cannot be read: expected .+, found .+/s);
            expect(found.message).toContain(broken.pk);
            expect(found.message).not.toContain(SECRET);
            expect(found.hint).toContain("Nothing was changed");
          }
          // One operation's record takes nothing away from the other one, nor from another target.
          const whole = broken.pk === `operation#${UPGRADE}` ? MAINTENANCE : UPGRADE;
          expect(await store.get(whole)).toMatchObject({ id: whole });
          expect((await store.listEach("crm")).map(({ id }) => id)).toEqual([MAINTENANCE, UPGRADE]);
          expect(await store.get(OTHER)).toMatchObject({ id: OTHER });
          expect([...asked].toSorted()).toEqual(["GetItem", "Query"]);
        }),
      ),
      runs(60),
    );
    expect(named).toBeGreaterThan(10);
  });

  it("makes the API answer with a problem that names it, or answer; nothing begins, and lists go on", {
    timeout,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(anyBroken, async (broken) =>
        withBroken(broken, async () => {
          const world = await createWorld({ store: freshStore() });
          const ask = async (path: string, init?: RequestInit) => {
            const response = await world.app.request(path, init, iam());
            const body = await response.text();
            if (!path.endsWith("/bypass")) expect(body).not.toContain(SECRET);
            if (response.status === 500) expect(body).toContain('"code":"unreadable-record"');
            else expect(response.status, body).toBeLessThan(500);
            return { status: response.status, body };
          };
          expect((await ask("/v1/targets")).status === 200 || broken.sk === "lock").toBe(true);
          expect((await ask("/v1/operations")).status).toBe(200);
          expect((await ask("/v1/operations?status=held")).status).toBe(200);
          for (const id of [UPGRADE, MAINTENANCE])
            for (const path of ["", "/events", "/receipt", "/bypass", "/break-glass"])
              await ask(`/v1/operations/${id}${path}`);
          const before = await recordsIn(table.client, table.table);
          const started = await ask("/v1/targets/crm/operations", {
            method: "POST",
            body: JSON.stringify({ procedure: "upgrade", image: "crm:2" }),
            headers: { "content-type": "application/json", "idempotency-key": "while-broken" },
          });
          expect([409, 500]).toContain(started.status);
          expect(world.started).toEqual([]);
          const after = await recordsIn(table.client, table.table);
          expect(after.filter((record) => !record.includes("request#"))).toEqual(
            before.filter((record) => !record.includes("request#")),
          );
        }),
      ),
      runs(15),
    );
  });

  it("is told of by the watch, which measures the other targets all the same", { timeout }, async () => {
    const ofCrm = brokenOf(({ pk, sk }) => (pk === "target#crm" && sk === "lock") || pk === `operation#${MAINTENANCE}`);
    await fc.assert(
      fc.asyncProperty(ofCrm, async (broken) =>
        withBroken(broken, async () => {
          const lines: string[] = [];
          const looked = watch({
            targets: ["crm", "wiki"],
            active: createActiveOperations({ ...table, clock: systemClock }),
            store: createDynamoStore({ ...table, clock: systemClock }),
            start: async () => {},
            clock: systemClock,
            limits: { longestWindowMs: 1, longestWaitMs: 1 },
            write: (line) => void lines.push(line),
          })();
          const failed = await looked.then(
            () => false,
            () => true,
          );
          expect(lines.some((line) => line.includes('"Target":"wiki"') || line.includes('"wiki"'))).toBe(true);
          expect(lines.some((line) => line.includes("target not looked after") && line.includes(broken.pk))).toBe(
            failed,
          );
        }),
      ),
      runs(25),
    );
  });

  it("lets nobody take over what is not understood when a run ends", { timeout }, async () => {
    const ofOperation = brokenOf(({ pk }) => pk === `operation#${MAINTENANCE}`);
    await fc.assert(
      fc.asyncProperty(ofOperation, async (broken) =>
        withBroken(broken, async () => {
          const before = await recordsIn(table.client, table.table);
          const started: string[] = [];
          const hear = executionEnded({
            store: freshStore(),
            start: async (id) => void started.push(id),
            log: () => {},
            alarm: () => {},
          });
          const detail = { durableExecutionName: MAINTENANCE, status: "FAILED" };
          await outcome(() => hear({ source: "aws.lambda", "detail-type": "Durable Execution Status Change", detail }));
          expect(started).toEqual([]);
          expect(await recordsIn(table.client, table.table)).toEqual(before);
        }),
      ),
      runs(25),
    );
  });
});
