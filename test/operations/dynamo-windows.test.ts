import { beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { createDynamoStore } from "../../src/operations/dynamo-store.ts";
import type { OperationStore } from "../../src/operations/store.ts";
import { createTable } from "./table.ts";

let store: OperationStore;
beforeEach(async () => {
  const { table, connect } = await createTable();
  store = createDynamoStore({ client: connect(), table, clock: systemClock });
});

const minute = (nth: number) => `2026-01-15T02:${String(nth).padStart(2, "0")}:00.000Z`;
const enter = (nth: number, atOnce: number | undefined) =>
  store.enterLine({ id: `op-${nth}`, since: minute(nth), atOnce });
const entered = { entered: true };

describe("the line before the window", () => {
  it("lets in as many as may be at once, however many ask at the same moment", async () => {
    const all = await Promise.all(Array.from({ length: 12 }, (_, nth) => enter(nth, 3)));
    expect(all.filter((each) => each.entered)).toHaveLength(3);
    const again = await Promise.all(Array.from({ length: 12 }, (_, nth) => enter(nth, 3)));
    expect(again.map((each) => each.entered)).toEqual(all.map((each) => each.entered));
  });

  it("lets in whoever asked first, whoever looks first", async () => {
    await enter(0, 1);
    for (const nth of [3, 1, 2]) expect(await enter(nth, 1)).toMatchObject({ entered: false });
    expect(await enter(3, 1)).toEqual({ entered: false, underWay: ["op-0"], ahead: ["op-1", "op-2"] });
    await store.leaveLine("op-0");
    expect(await enter(3, 1)).toMatchObject({ entered: false, ahead: ["op-1", "op-2"] });
    expect(await enter(2, 1)).toMatchObject({ entered: false, ahead: ["op-1"] });
    expect(await enter(1, 1)).toEqual(entered);
    expect(await enter(2, 1)).toMatchObject({ entered: false, underWay: ["op-1"], ahead: [] });
  });

  it("lets the second in beside the first where there is room for both", async () => {
    for (const nth of [0, 1]) await enter(nth, 2);
    for (const nth of [2, 3]) await enter(nth, 2);
    await store.leaveLine("op-0");
    expect(await enter(3, 2)).toMatchObject({ entered: false });
    await store.leaveLine("op-1");
    expect(await enter(3, 2)).toEqual(entered);
    expect(await enter(2, 2)).toEqual(entered);
  });

  it("is left by whoever waits in it, and left again without harm", async () => {
    await enter(0, 1);
    for (const nth of [1, 2]) await enter(nth, 1);
    for (let time = 0; time < 2; time += 1) await store.leaveLine("op-1");
    expect(await enter(2, 1)).toEqual({ entered: false, underWay: ["op-0"], ahead: [] });
  });

  it("holds up nobody who must not wait, and counts him", async () => {
    await enter(0, 1);
    await enter(1, 1);
    expect(await enter(2, undefined)).toEqual(entered);
    await store.leaveLine("op-0");
    expect(await enter(1, 1)).toEqual({ entered: false, underWay: ["op-2"], ahead: [] });
    await store.leaveLine("op-2");
    expect(await enter(1, 1)).toEqual(entered);
  });

  it("says that an operation is in, however often it asks", async () => {
    for (let time = 0; time < 3; time += 1) expect(await enter(0, 1)).toEqual(entered);
    await store.leaveLine("op-0");
    expect(await enter(1, 1)).toEqual(entered);
  });
});
