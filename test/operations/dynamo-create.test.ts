import { beforeEach, describe, expect, it } from "vitest";
import type { Clock } from "../../src/clock.ts";
import { createDynamoStore } from "../../src/operations/dynamo-store.ts";
import type { OperationFact } from "../../src/operations/event.ts";
import type { OperationStore } from "../../src/operations/store.ts";
import { A, B, bob, C, operation } from "./sample.ts";
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

const finished: OperationFact = { type: "finished", key: "finished", status: "succeeded" };

describe("creating an operation", () => {
  it("records the request and holds the target's lock for it", async () => {
    expect(await store.create(operation())).toMatchObject({
      outcome: "created",
      operation: { id: A, target: "crm", status: "pending", version: 1, requestedAt: "2026-01-15T02:00:00.000Z" },
    });
    expect(await store.lockHolder("crm")).toBe(A);
    expect(await store.control(A)).toEqual({ epoch: 1, configuration: { cluster: "crm", database: "none" } });
    expect((await store.list("crm")).map((each) => each.id)).toEqual([A]);
  });

  it("answers a repeated request with the operation it started, whatever id the repetition brings", async () => {
    await store.create(operation());
    const request = { snapshot: "required" as const, image: "crm:2", procedure: "upgrade" as const };
    expect(await store.create(operation({ id: B, request }))).toMatchObject({
      outcome: "repeated",
      operation: { id: A },
    });
  });

  it("keeps answering so when the operation is over and another one runs", async () => {
    await store.create(operation());
    await store.append(A, [finished]);
    await store.unlock("crm", A);
    await store.create(operation({ id: B, idempotencyKey: "run-2" }));
    expect(await store.create(operation({ id: C }))).toMatchObject({ outcome: "repeated", operation: { id: A } });
    expect(await store.lockHolder("crm")).toBe(B);
  });

  it("refuses a key that came with another request or for another target", async () => {
    await store.create(operation());
    const request = { procedure: "upgrade" as const, image: "crm:3", snapshot: "required" as const };
    expect(await store.create(operation({ id: B, request }))).toEqual({ outcome: "conflicting-key", operationId: A });
    expect(await store.create(operation({ id: B, target: "wiki" }))).toMatchObject({ outcome: "conflicting-key" });
  });

  it("keeps the keys of two callers apart", async () => {
    await store.create(operation());
    const outcome = await store.create(operation({ id: B, target: "wiki", requestedBy: bob }));
    expect(outcome).toMatchObject({ outcome: "created", operation: { id: B } });
  });

  it("forgets a key after thirty days", async () => {
    await store.create(operation());
    await store.unlock("crm", A);
    now += 30 * 24 * 3_600_000;
    expect(await store.create(operation({ id: B }))).toMatchObject({ outcome: "repeated" });
    now += 1_000;
    expect(await store.create(operation({ id: B }))).toMatchObject({ outcome: "created", operation: { id: B } });
  });

  it("names the holder of the lock, and creates under the same key once the lock is free", async () => {
    await store.create(operation());
    const second = operation({ id: B, idempotencyKey: "run-2" });
    expect(await store.create(second)).toEqual({ outcome: "locked", holder: A });
    expect(await store.get(B)).toBeUndefined();
    await store.append(A, [finished]);
    expect(await store.create(second)).toEqual({ outcome: "locked", holder: A });
    await store.unlock("crm", A);
    expect(await store.create({ ...second, id: C })).toMatchObject({ outcome: "created", operation: { id: B } });
  });

  it("lets one of many callers at once have the target", async () => {
    const outcomes = await Promise.all(
      [A, B, C].map((each) => connect().create(operation({ id: each, idempotencyKey: each }))),
    );
    const created = outcomes.filter(({ outcome }) => outcome === "created");
    expect(created).toHaveLength(1);
    expect(outcomes.filter(({ outcome }) => outcome === "locked")).toHaveLength(2);
  });

  it("makes one operation of the same request sent many times at once", async () => {
    const outcomes = await Promise.all([A, B, C].map((each) => connect().create(operation({ id: each }))));
    const ids = outcomes.map((each) => "operation" in each && each.operation.id);
    expect(new Set(ids).size).toBe(1);
    expect(outcomes.filter(({ outcome }) => outcome === "created")).toHaveLength(1);
  });

  it("does not lock again for a request that was delayed until its operation was over", async () => {
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    let updates = 0;
    const slow = connect(async (name) => {
      if (name === "UpdateItem" && ++updates === 1) await held;
      return undefined;
    }).create(operation());
    // The slow one has remembered its request and has yet to take the lock.
    await expect.poll(() => updates).toBe(1);
    await store.create(operation());
    await store.append(A, [finished]);
    await store.unlock("crm", A);
    release();
    expect(await slow).toMatchObject({ outcome: "repeated", operation: { id: A, status: "succeeded" } });
    expect(await store.lockHolder("crm")).toBeUndefined();
  });
});

describe("a crash while an operation is created", () => {
  const writes = ["PutItem", "UpdateItem"];
  const crashes = [0, 1, 2, 3, 4].flatMap((nth) => [
    { nth, when: "before it reached the table" },
    { nth, when: "after it, with the answer lost" },
  ]);
  const crashAt = ({ nth, when }: { nth: number; when: string }): OperationStore => {
    let count = 0;
    return connect(async (name) => {
      if (!writes.includes(name) || count++ !== nth) return undefined;
      if (when.startsWith("before")) throw new Error("crashed");
      return {
        after: () => {
          throw new Error("crashed");
        },
      };
    });
  };

  it("has five writes to crash at", async () => {
    let count = 0;
    await connect(async (name) => {
      if (writes.includes(name)) count += 1;
      return undefined;
    }).create(operation());
    expect(count).toBe(5);
  });

  it.each(crashes)("at write $nth, $when, is mended by the same request", async (crash) => {
    await expect(crashAt(crash).create(operation())).rejects.toThrow("crashed");
    const left = crash.nth === 0 && crash.when.startsWith("before") ? B : A;
    const outcome = await store.create(operation({ id: B }));
    expect(outcome).toMatchObject({ operation: { id: left, status: "pending", version: 1 } });
    expect(await store.lockHolder("crm")).toBe(left);
    expect((await store.list("crm")).map((each) => each.id)).toEqual([left]);
    expect((await store.control(left)).configuration).toEqual({ cluster: "crm", database: "none" });
  });

  it.each(crashes)("at write $nth, $when, leaves the next caller a whole operation or none", async (crash) => {
    await expect(crashAt(crash).create(operation())).rejects.toThrow("crashed");
    const outcome = await store.create(operation({ id: B, idempotencyKey: "run-2" }));
    const named = outcome.outcome === "locked" ? await store.get(outcome.holder) : undefined;
    expect(named?.id).toBe(outcome.outcome === "locked" ? A : undefined);
    const holder = await store.lockHolder("crm");
    expect(outcome).toMatchObject(holder === A ? { outcome: "locked", holder: A } : { outcome: "created" });
    expect(holder).toBe(crash.nth === 0 || (crash.nth === 1 && crash.when.startsWith("before")) ? B : A);
    expect(await store.get(holder ?? "")).toMatchObject({ status: "pending", version: 1 });
    expect(await store.control(holder ?? "")).toMatchObject({ epoch: 1 });
    expect((await store.list("crm")).map((each) => each.id)).toEqual([holder]);
  });
});
