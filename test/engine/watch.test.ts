import { beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { startNeverBegun } from "../../src/engine/never-begun.ts";
import { watch } from "../../src/engine/watch.ts";
import { createActiveOperations } from "../../src/operations/dynamo-active.ts";
import { createDynamoStore } from "../../src/operations/dynamo-store.ts";
import type { OperationStore } from "../../src/operations/store.ts";
import { A, operation } from "../operations/sample.ts";
import { createTable } from "../operations/table.ts";

let store: OperationStore;
let called: string[];
let look: (targets?: string[]) => Promise<void>;
let lines: string[];
let started: [string, number][];
let nowMs: number;
let startFails: boolean;
let breaks: (target: string) => boolean;

beforeEach(async () => {
  const { client, table, connect } = await createTable();
  store = createDynamoStore({ client, table, clock: systemClock });
  [called, lines, started, breaks, nowMs] = [[], [], [], () => false, 1_768_442_400_000];
  startFails = false;
  const seen = connect(async (name) => {
    called.push(name);
    return undefined;
  });
  const active = createActiveOperations({ client: seen, table, clock: systemClock });
  look = (targets = ["crm", "wiki"]) =>
    watch({
      targets,
      active: { on: async (target) => (breaks(target) ? Promise.reject(new Error("no route")) : active.on(target)) },
      store,
      start: async (id, epoch) => {
        if (startFails) throw new Error("Lambda is away");
        started.push([id, epoch]);
      },
      clock: { ...systemClock, now: () => nowMs },
      limits: { longestWindowMs: 1, longestWaitMs: 1 },
      write: (line) => void lines.push(line),
    })();
});

const written = () => lines.map((line) => JSON.parse(line) as Record<string, unknown>);

describe("each minute", () => {
  it("every target and their sum are written in CloudWatch's embedded format, zeros too", async () => {
    await look();
    const metrics = [
      ["HeldOperations", "Count"],
      ["ActiveOperations", "Count"],
      ["WaitingSeconds", "Seconds"],
      ["PageUpSeconds", "Seconds"],
      ["WindowOverdue", "Count"],
      ["WaitOverdue", "Count"],
      ["FailedRestores", "Count"],
      ["SilentOperations", "Count"],
    ];
    const line = (dimensions: string[], more: object) => ({
      _aws: {
        Timestamp: 1_768_442_400_000,
        CloudWatchMetrics: [
          {
            Namespace: "Intermission",
            Dimensions: [dimensions],
            Metrics: metrics.map(([Name, Unit]) => ({ Name, Unit })),
          },
        ],
      },
      ...more,
      ...Object.fromEntries(metrics.map(([name]) => [name!, 0])),
    });
    expect(written()).toEqual([
      line(["Target"], { Target: "crm" }),
      line(["Target"], { Target: "wiki" }),
      line([], {}),
    ]);
  });

  it("the table is read and nothing else, a target's operation in three reads however long it goes on", async () => {
    await store.create(operation());
    await look(["crm"]);
    expect(called.sort()).toEqual(["GetItem", "GetItem", "Query"]);
    expect(written()).toMatchObject([{ Target: "crm", ActiveOperations: 1 }, { ActiveOperations: 1 }]);
  });

  it("what somebody should look at has a line of its own, in words", async () => {
    await store.create(operation());
    await store.append(A, [
      { type: "held", key: "held", problem: { code: "timed-out", message: "expected a node, found none" } },
    ]);
    await look();
    const [line] = written().filter(({ message }) => message === "operation needs a look");
    expect(line).toMatchObject({
      level: "warn",
      trouble: "held",
      operation: A,
      target: "crm",
      live: "held, the site is open: expected a node, found none",
    });
  });

  it("a target that cannot be read leaves the others' numbers, no sum, and an error", async () => {
    breaks = (target) => target === "crm";
    await expect(look()).rejects.toThrow("1 targets could not be looked after");
    expect(written()).toMatchObject([
      { Target: "wiki" },
      { level: "error", message: "target not looked after", target: "crm" },
    ]);
  });

  it("an operation that is over is none any more", async () => {
    await store.create(operation());
    await store.append(A, [{ type: "finished", key: "finished", status: "refused" }]);
    await store.unlock("crm", A);
    await look(["crm"]);
    expect(written()).toMatchObject([{ ActiveOperations: 0 }, { ActiveOperations: 0 }]);
  });
});

describe("an operation that nobody runs", () => {
  const requested = async (): Promise<void> => {
    const created = await store.create(operation());
    if (created.outcome !== "created") throw new Error(`expected a new operation, found ${created.outcome}`);
    nowMs = Date.parse(created.operation.requestedAt);
  };

  it("is started a minute after it was requested, each minute until it runs", async () => {
    await requested();
    nowMs += 59_000;
    await look(["crm"]);
    expect(started).toEqual([]);
    nowMs += 1_000;
    await look(["crm"]);
    expect(started).toEqual([[A, 1]]);
    expect(written()).toContainEqual({
      level: "warn",
      message: "started, for nobody ran it",
      operation: A,
      target: "crm",
    });
    await store.append(A, [{ type: "started", key: "started" }]);
    nowMs += 60_000;
    await look(["crm"]);
    expect(started).toEqual([[A, 1]]);
  });

  it("is written down first where its caller ended between taking the lock and that", async () => {
    const { client, table, connect } = await createTable("half");
    let locked = false;
    const dies = connect(async (name) => {
      if (locked && name === "PutItem") throw new Error("the worker is gone");
      locked ||= name === "UpdateItem";
      return undefined;
    });
    await createDynamoStore({ client: dies, table, clock: systemClock })
      .create(operation())
      .catch(() => {});
    store = createDynamoStore({ client, table, clock: systemClock });
    const active = createActiveOperations({ client, table, clock: systemClock });
    const found = await active.on("crm");
    expect(found).toMatchObject({ id: A, state: undefined });
    const at = { nowMs: Date.parse(found!.requestedAt) + 60_000, store };
    await startNeverBegun(found!, { ...at, start: async (id, epoch) => void started.push([id, epoch]) });
    expect(started).toEqual([[A, 1]]);
    expect(await store.get(A)).toMatchObject({ status: "pending", target: "crm" });
  });

  it("leaves the numbers written and an error where it cannot be started", async () => {
    await requested();
    nowMs += 60_000;
    startFails = true;
    await expect(look(["crm"])).rejects.toThrow("1 targets could not be looked after");
    expect(written()).toMatchObject([{ Target: "crm", ActiveOperations: 1 }, { level: "error" }]);
  });
});
