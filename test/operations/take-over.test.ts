import { describe, expect, test } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { createDynamoStore } from "../../src/operations/dynamo-store.ts";
import { epochAt, executionName, runNamed, takeOver } from "../../src/operations/take-over.ts";
import { A, operation } from "./sample.ts";
import { createTable } from "./table.ts";

async function createOperation() {
  const { client, table } = await createTable();
  const store = createDynamoStore({ client, table, clock: systemClock });
  await store.create(operation());
  const started: string[] = [];
  const start = async (id: string, epoch: number) => void started.push(executionName(id, epoch));
  const epochs = async () =>
    (await store.events(A)).flatMap((event) => (event.type === "taken-over" ? [event.epoch] : []));
  return { store, start, started, epochs };
}
const why = "its run was stopped";

describe("a take-over", () => {
  test("raises the epoch, says why, and starts the next run", async () => {
    const { store, start, started } = await createOperation();
    expect(await takeOver({ store, start }, { id: A, from: 1, why })).toEqual({ epoch: 2, isNext: true });
    expect(await store.control(A)).toMatchObject({ epoch: 2 });
    expect(await store.get(A)).toMatchObject({ status: "running" });
    expect((await store.events(A)).at(-1)).toMatchObject({ type: "taken-over", epoch: 2, why });
    expect(started).toEqual([`${A}-e2`]);
  });

  test("that is asked for again is the same one", async () => {
    const { store, start, started, epochs } = await createOperation();
    await Promise.all([1, 2, 3].map(() => takeOver({ store, start }, { id: A, from: 1, why })));
    expect(await epochs()).toEqual([2]);
    expect(new Set(started)).toEqual(new Set([`${A}-e2`]));
  });

  test("of a run that was taken over long ago does nothing", async () => {
    const { store, start, started, epochs } = await createOperation();
    await takeOver({ store, start }, { id: A, from: 1, why });
    await takeOver({ store, start }, { id: A, from: 2, why });
    expect(await takeOver({ store, start }, { id: A, from: 1, why })).toEqual({ epoch: 3, isNext: false });
    expect(await epochs()).toEqual([2, 3]);
    expect(started).toEqual([`${A}-e2`, `${A}-e3`]);
  });

  test.each(["raiseEpoch", "append", "start"] as const)(
    "that crashes right after %s is completed by the same again",
    async (point) => {
      const { store, start, started, epochs } = await createOperation();
      const crashing = { raiseEpoch: store.raiseEpoch, append: store.append, start };
      const real = crashing[point] as (...parameters: unknown[]) => Promise<unknown>;
      Object.assign(crashing, {
        [point]: async (...parameters: unknown[]) => {
          await real(...parameters);
          throw new Error("crash");
        },
      });
      const crashed = takeOver({ store: crashing, start: crashing.start }, { id: A, from: 1, why });
      await expect(crashed).rejects.toThrow("crash");
      expect(await takeOver({ store, start }, { id: A, from: 1, why })).toEqual({ epoch: 2, isNext: true });
      expect(await epochs()).toEqual([2]);
      expect(new Set(started)).toEqual(new Set([`${A}-e2`]));
    },
  );
});

describe("the epoch of a run", () => {
  test("is in the name of its execution, and only in names of ours", () => {
    for (const epoch of [1, 2, 17]) expect(runNamed(executionName(A, epoch))).toEqual({ operationId: A, epoch });
    for (const name of ["", "nightly", `${A}-e`, `${A}-e0`, `${A}-e2-x`, `x${A}`])
      expect(runNamed(name)).toBeUndefined();
  });

  test("is that of the last take-over before, in whichever order two were said", async () => {
    const taken = (seq: number, epoch: number) =>
      ({ type: "taken-over", seq, at: "2026-01-15T02:00:00Z", key: String(seq), epoch, why }) as const;
    expect(epochAt([], 9)).toBe(1);
    expect(epochAt([taken(3, 2), taken(7, 3)], 5)).toBe(2);
    expect(epochAt([taken(3, 3), taken(4, 2)], 5)).toBe(3);
  });
});
