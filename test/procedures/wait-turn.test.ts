import { expect, it } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { inMemoryWorkflow } from "../../src/engine/in-memory-workflow.ts";
import { createDynamoStore } from "../../src/operations/dynamo-store.ts";
import type { OperationFact } from "../../src/operations/event.ts";
import type { OperationRequest } from "../../src/operations/operation.ts";
import type { PhaseRun } from "../../src/procedures/operation-run.ts";
import { nextLookMs, waitTurn } from "../../src/procedures/wait-turn.ts";
import { id, operation } from "../operations/sample.ts";
import { createTable } from "../operations/table.ts";
import { inVirtualTime } from "../virtual-time.ts";

const HOLDER = id("aaaaaa");
const WAITER = id("bbbbbb");
const MINUTE = 60_000;

/** One whose window is under way, and another one that waits for it where one may be at a time. */
async function aLine({ request }: { request?: OperationRequest } = {}) {
  const { table, connect } = await createTable();
  const store = createDynamoStore({ client: connect(), table, clock: systemClock });
  await store.create(operation({ id: HOLDER }));
  await store.append(HOLDER, [{ type: "started", key: "started" }]);
  await store.enterLine({ id: HOLDER, since: "2026-01-15T02:00:00.000Z", atOnce: 1 });
  const waiter = operation({ id: WAITER, target: "shop", idempotencyKey: "shop", ...(request && { request }) });
  await store.create(waiter);
  const said: string[] = [];
  const op = {
    id: WAITER,
    store,
    clock: systemClock,
    windowsAtOnce: 1,
    request: waiter.request,
    say: async (message: string) => void said.push(message),
    record: (name: string, facts: Omit<OperationFact, "key">[]) =>
      store.append(WAITER, facts.map((fact, nth) => ({ ...fact, key: `${name}/${nth}` })) as OperationFact[]),
  } as unknown as PhaseRun;
  const begin = systemClock.now();
  const scope = inMemoryWorkflow({ clock: systemClock });
  const waited = waitTurn({ what: "turn", op, scope, endWhenCancelled: async () => {} }).then(
    () => systemClock.now() - begin,
  );
  return { store, waited, said };
}

const finished: OperationFact = { type: "finished", key: "finished", status: "succeeded" };
const held: OperationFact = { type: "held", key: "held", problem: { code: "leader-stopped", message: "it stopped" } };
const asks: OperationFact = { type: "waiting", key: "ask", for: "before-open" };

it.each([
  { who: "is held, and did not say so to the line", facts: [held] },
  { who: "is over, and did not say so to the line", facts: [finished] },
  { who: "waits for people inside its window", facts: [asks] },
])("goes on in the place of one that $who", ({ facts }) =>
  inVirtualTime(async () => {
    const { store, waited } = await aLine();
    await systemClock.sleep(5 * MINUTE);
    await store.append(HOLDER, facts);
    expect(await waited).toBeLessThan(7 * MINUTE);
  }),
);

it("goes on in the place of one whose run died where nobody takes it over, once it has been silent for longer than any wait", () =>
  inVirtualTime(async () => {
    const { waited } = await aLine();
    const afterMs = await waited;
    expect(afterMs).toBeGreaterThan(15 * MINUTE);
    expect(afterMs).toBeLessThan(30 * MINUTE);
  }));

it("waits as long as one works that says so, with no more than some dozens of looks", () =>
  inVirtualTime(async () => {
    const { store, waited, said } = await aLine();
    for (let nth = 0; nth < 18; nth += 1) {
      await systemClock.sleep(10 * MINUTE);
      await store.append(HOLDER, [{ type: "progress", key: `${nth}`, phase: "migrate", message: "migrates on" }]);
    }
    await store.leaveLine(HOLDER);
    const afterMs = await waited;
    expect(afterMs).toBeGreaterThanOrEqual(180 * MINUTE);
    expect(afterMs).toBeLessThan(186 * MINUTE);
    expect(said.length).toBeLessThan(80);
    expect((await store.get(WAITER))?.waits).toMatchObject([{ for: "turn", to: expect.any(String) }]);
  }));

it("ends where the site would have to be open again before its turn comes", () =>
  inVirtualTime(async () => {
    const { waited } = await aLine({
      request: { procedure: "upgrade", image: "crm:2", snapshot: "required", mustOpenBy: "2026-01-15T02:10:00.000Z" },
    });
    await expect(waited).rejects.toMatchObject({ code: "too-late" });
  }));

it("lets a rollback in at once", () =>
  inVirtualTime(async () => {
    const { waited } = await aLine({ request: { procedure: "rollback", of: HOLDER } });
    expect(await waited).toBe(0);
  }));

it("looks soon where it comes soon, and less often the longer the line is or stands", () => {
  const look = (ahead: number, standsMs = 0) => nextLookMs(ahead, { atOnce: 10, standsMs }) / 1_000;
  expect([look(0), look(9), look(29), look(999)]).toEqual([10, 10, 30, 300]);
  expect([look(0, 50_000), look(0, 600_000), look(0, 24 * 60 * MINUTE)]).toEqual([10, 60, 300]);
});
