import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import type { Clock } from "../../src/clock.ts";
import { createDynamoStore } from "../../src/operations/dynamo-store.ts";
import type { OperationFact } from "../../src/operations/event.ts";
import type { JournalEntry } from "../../src/operations/journal.ts";
import type { OperationStore } from "../../src/operations/store.ts";
import { A, B, bob, C, id, operation } from "./sample.ts";
import { createTable, type Interference } from "./table.ts";

let world: Awaited<ReturnType<typeof createTable>>;
let now: number;
const clock: Clock = { now: () => now, sleep: async () => {} };
const connect = (interfere?: Interference): OperationStore =>
  createDynamoStore({ client: world.connect(interfere), table: world.table, clock });
let store: OperationStore;
beforeEach(async () => {
  now = Date.parse("2026-01-15T02:00:00Z");
  world = await createTable();
  store = connect();
});

const progress = (key: string, message = key): OperationFact => ({ type: "progress", key, phase: "migrate", message });
const finished: OperationFact = { type: "finished", key: "finished", status: "succeeded" };

describe("the lock", () => {
  it("is released by its holder only", async () => {
    await store.create(operation());
    await store.unlock("crm", B);
    expect(await store.lockHolder("crm")).toBe(A);
    await store.unlock("crm", A);
    await store.unlock("crm", A);
    expect(await store.lockHolder("crm")).toBeUndefined();
  });

  it("is free for a target that never had one", async () => {
    expect(await store.lockHolder("wiki")).toBeUndefined();
    await store.unlock("wiki", A);
  });

  it("can be had by any number of operations, one after another", { timeout: 60_000 }, async () => {
    for (let nth = 0; nth < 60; nth += 1) {
      const each = id(String(nth).padStart(6, "0"));
      expect(await store.create(operation({ id: each, idempotencyKey: each }))).toMatchObject({ outcome: "created" });
      await store.unlock("crm", each);
    }
    expect(await store.list("crm")).toHaveLength(60);
  });
});

describe("the log", () => {
  beforeEach(async () => {
    await store.create(operation());
  });

  it("folds to the state, numbers events without gaps and skips what it has already", async () => {
    now += 5_000;
    const first = await store.append(A, [{ type: "started", key: "started" }, progress("p1")]);
    expect(first).toMatchObject({
      status: "running",
      version: 3,
      progress: "p1",
      updatedAt: "2026-01-15T02:00:05.000Z",
    });
    const again = await store.append(A, [progress("p1", "changed"), progress("p2"), progress("p2")]);
    expect(again).toMatchObject({ version: 4, progress: "p2" });
    expect((await store.eventsBetween(A, { after: 1, until: 4, limit: 9 })).map(({ seq, key }) => [seq, key])).toEqual([
      [2, "started"],
      [3, "p1"],
      [4, "p2"],
    ]);
  });

  it("gives every writer's events one place each when they append at once", async () => {
    const writers = [1, 2, 3, 4, 5].map((writer) =>
      connect().append(
        A,
        [1, 2, 3, 4].map((nth) => progress(`${writer}.${nth}`)),
      ),
    );
    await Promise.all(writers);
    const events = await connect().events(A);
    expect(events.map(({ seq }) => seq)).toEqual(Array.from({ length: 21 }, (_, index) => index + 1));
    for (const writer of [1, 2, 3, 4, 5]) {
      const own = events.map(({ key }) => key).filter((key) => key.startsWith(`${writer}.`));
      expect(own).toEqual([1, 2, 3, 4].map((nth) => `${writer}.${nth}`));
    }
  });

  it("takes the same fact from many writers once", async () => {
    await Promise.all([1, 2, 3, 4].map(() => connect().append(A, [progress("same"), finished])));
    expect((await store.events(A)).map(({ key }) => key)).toEqual(["requested", "same", "finished"]);
  });

  it("never goes back in time, though the clocks of its writers do", async () => {
    now += 60_000;
    await store.append(A, [progress("late")]);
    now -= 90_000;
    const { updatedAt } = await store.append(A, [progress("early")]);
    expect(updatedAt).toBe("2026-01-15T02:01:00.000Z");
  });

  it("is the same to a reader that has seen part of it and to one that has not", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 4 }), { maxLength: 8 }),
        async (batches) => {
          const writers = [store, connect()];
          for (const [nth, batch] of batches.entries()) {
            await writers[nth % 2]?.append(
              A,
              batch.map((key) => progress(String(key))),
            );
          }
          const seen = await Promise.all([...writers, connect()].map((reader) => reader.events(A)));
          expect(seen[0]).toEqual(seen[2]);
          expect(seen[1]).toEqual(seen[2]);
        },
      ),
      { numRuns: 20 },
    );
  });

  it("reads on past the megabyte that one page of a query holds", async () => {
    const long = "x".repeat(300_000);
    await store.append(
      A,
      ["1", "2", "3", "4", "5"].map((key) => progress(key, long)),
    );
    const events = await connect().events(A);
    expect(events).toHaveLength(6);
    expect(events.at(-1)).toMatchObject({ seq: 6, message: long });
  });

  it("keeps no log for an operation that nobody requested", async () => {
    await expect(store.append(B, [progress("x")])).rejects.toThrow(`there is no operation ${B}`);
    expect(await store.get(B)).toBeUndefined();
    expect(await store.events(B)).toEqual([]);
  });
});

describe("control", () => {
  beforeEach(async () => {
    await store.create(operation());
  });

  it("shows a decision to every process as soon as it is recorded", async () => {
    const runbook = connect();
    expect((await runbook.control(A)).decision).toBeUndefined();
    await store.append(A, [{ type: "decided", key: "d", decision: "cancel", by: bob, comment: "wrong night" }]);
    expect((await runbook.control(A)).decision).toMatchObject({ decision: "cancel", by: bob, comment: "wrong night" });
  });

  it("holds the callback until it is taken away", async () => {
    await store.setCallback(A, "callback-1");
    expect((await store.control(A)).callbackId).toBe("callback-1");
    await store.setCallback(A, undefined);
    expect(await store.control(A)).not.toHaveProperty("callbackId");
  });

  it("refuses an operation that nobody requested", async () => {
    await expect(store.control(B)).rejects.toThrow(B);
    await expect(store.setCallback(B, "callback")).rejects.toThrow(B);
  });
});

describe("the journal", () => {
  beforeEach(async () => {
    await store.create(operation());
  });
  const entry = (name: string, why = name): JournalEntry => ({
    name,
    at: "2026-01-15T02:00:00.000Z",
    mutation: {
      phase: "close",
      service: "ecs",
      operation: "X",
      resource: "r",
      parameters: {},
      summary: "s",
      inverse: "i",
    },
    undo: { kind: "keep", why },
  });

  it("keeps the first of two entries with one name and answers it", async () => {
    expect(await store.journal(A, entry("rule", "first"))).toMatchObject({ undo: { why: "first" } });
    expect(await store.journal(A, entry("rule", "second"))).toMatchObject({ undo: { why: "first" } });
    const both = await Promise.all([connect().journal(A, entry("x", "1")), connect().journal(A, entry("x", "2"))]);
    expect(both[0]).toEqual(both[1]);
  });

  it("gives the entries back in the order of writing, whatever their names are", async () => {
    for (const name of ["zebra", "apple", "mango"]) await store.journal(A, entry(name));
    await store.journal(A, entry("zebra"));
    expect((await store.journalEntries(A)).map(({ name }) => name)).toEqual(["zebra", "apple", "mango"]);
  });

  it("marks an entry undone once", async () => {
    await store.journal(A, entry("rule"));
    await store.markUndone(A, "rule", "2026-01-15T02:10:00.000Z");
    await store.markUndone(A, "rule", "2026-01-15T02:20:00.000Z");
    expect(await store.journalEntries(A)).toMatchObject([{ undone: "2026-01-15T02:10:00.000Z" }]);
    await expect(store.markUndone(A, "nothing", "2026-01-15T02:20:00.000Z")).rejects.toThrow("nothing");
  });

  it("keeps nothing for an operation that nobody requested", async () => {
    await expect(store.journal(B, entry("rule"))).rejects.toThrow(B);
  });
});

describe("the list", () => {
  it("is newest first, in pages, and of one target", async () => {
    for (const each of [A, C, B]) {
      await store.create(operation({ id: each, idempotencyKey: each }));
      await store.unlock("crm", each);
    }
    await store.create(operation({ id: id("dddddd"), target: "crm-2", idempotencyKey: "other" }));
    expect((await store.list("crm")).map((each) => each.id)).toEqual([C, B, A]);
    expect((await store.list("crm", { limit: 2 })).map((each) => each.id)).toEqual([C, B]);
    expect((await store.list("crm", { limit: 2, before: B })).map((each) => each.id)).toEqual([A]);
    expect(await store.list("wiki")).toEqual([]);
  });
});
