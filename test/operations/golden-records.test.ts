import { beforeAll, describe, expect, it } from "vitest";
import { breakGlass } from "../../src/break-glass/break-glass.ts";
import { readSituation } from "../../src/break-glass/read-situation.ts";
import { systemClock } from "../../src/clock.ts";
import { createActiveOperations } from "../../src/operations/dynamo-active.ts";
import { createDynamoStore } from "../../src/operations/dynamo-store.ts";
import { operationEventSchema } from "../../src/operations/event.ts";
import { undoSchema } from "../../src/operations/journal.ts";
import { RECORD_FORMAT } from "../../src/operations/record.ts";
import type { OperationStore } from "../../src/operations/store.ts";
import { keptRecords } from "../../src/procedures/kept-records.ts";
import { whatIsLeft } from "../../src/procedures/what-is-left.ts";
import { goldenRecords, MAINTENANCE, putRecords, UPGRADE } from "./golden-records.ts";
import { createTable } from "./table.ts";

let store: OperationStore;
let active: ReturnType<typeof createActiveOperations>;
beforeAll(async () => {
  const { client, table } = await createTable();
  await putRecords(client, table, goldenRecords());
  store = createDynamoStore({ client, table, clock: systemClock });
  active = createActiveOperations({ client, table, clock: systemClock });
});

describe("the records of format 1", () => {
  it("are read by this version as what they were", async () => {
    expect((await store.list("noticeboard")).map(({ id, status }) => ({ id, status }))).toEqual([
      { id: MAINTENANCE, status: "held" },
      { id: UPGRADE, status: "rolled-back" },
    ]);
    expect(await store.get(UPGRADE)).toMatchObject({
      request: { procedure: "upgrade", approval: "before-window" },
      phases: expect.arrayContaining([expect.objectContaining({ phase: "restore", outcome: "done" })]),
      snapshot: `intermission-${UPGRADE}`,
      restored: { snapshot: `intermission-${UPGRADE}` },
      decision: { decision: "rollback" },
      site: "open",
    });
    const control = await store.control(MAINTENANCE);
    expect(control).toMatchObject({ epoch: 1, callbackId: "callback-1", decision: { decision: "cancel" } });
    expect((await store.events(MAINTENANCE)).find(({ key }) => key === "long")).toMatchObject({ type: "progress" });
    expect((await store.kept(MAINTENANCE))["addresses-before-g2"]).toHaveLength(5_000);
    expect(await store.lockHolder("noticeboard")).toBe(MAINTENANCE);
    expect(await active.on("noticeboard")).toMatchObject({ id: MAINTENANCE, state: { status: "held" } });
    expect(await store.noted("noticeboard")).toMatchObject({ problem: expect.stringContaining("Throttling") });
    expect(await store.signingKey()).toEqual(Buffer.alloc(32, 7));
  });

  it.each([UPGRADE, MAINTENANCE])("say what is left to do of %s, and how to do it by hand", async (id) => {
    const [state, events, journal, kept] = await Promise.all([
      store.get(id),
      store.events(id),
      store.journalEntries(id),
      keptRecords(store, id),
    ]);
    const left = whatIsLeft({ state: state!, events, journal, kept });
    expect(left).toMatchObject(
      id === UPGRADE
        ? { ended: "rolled-back", generations: 2, goingBack: true, verified: true, snapshot: `intermission-${UPGRADE}` }
        : { wasHeld: true, untouched: true, leader: { inService: { since: 1_768_442_400_000 } } },
    );
    expect(breakGlass(await readSituation(store, { table: "operations", operation: id }))).toContain(id);
  });

  it("are one of each kind that is written, so that whoever adds a kind adds its record", async () => {
    expect(RECORD_FORMAT).toBe(1);
    const all = [...(await store.events(UPGRADE)), ...(await store.events(MAINTENANCE))];
    expect(new Set(all.map(({ type }) => type))).toEqual(new Set(namesIn(operationEventSchema, "type")));
    const journal = [...(await store.journalEntries(UPGRADE)), ...(await store.journalEntries(MAINTENANCE))];
    expect(new Set(journal.map(({ undo }) => undo.kind))).toEqual(new Set(namesIn(undoSchema, "kind")));
    const kept = Object.keys(await store.kept(UPGRADE)).filter((name) => !name.startsWith("addresses-"));
    expect(kept).toEqual(["before", "closed", "leader", "prepared", "quiet", "restored", "way-back"]);
  });
});

const namesIn = (schema: typeof operationEventSchema | typeof undoSchema, by: "type" | "kind"): string[] =>
  schema.options.flatMap(({ shape }) => {
    const name = (shape as unknown as Record<string, { values?: Set<unknown> }>)[by];
    return [...(name?.values ?? [])].map(String);
  });
