import { beforeEach, describe, expect, it } from "vitest";
import type { OperationFact } from "../../src/operations/event.ts";
import { inVirtualTime } from "../virtual-time.ts";
import { createWorld, problemOf, releaseClaims } from "./world.ts";

let world: Awaited<ReturnType<typeof createWorld>>;
let id: string;
beforeEach(async () => {
  world = await createWorld();
  ({ id } = (await (await world.start()).json()) as { id: string });
  world.started.length = 0;
});

const started: OperationFact = { type: "started", key: "started" };
const touched: OperationFact[] = [
  { type: "point-of-no-return-passed", key: "point-of-no-return", snapshot: "snap-1" },
  {
    type: "mutation",
    key: "mutation",
    mutation: {
      ...{ phase: "migrate", service: "ecs", operation: "RunTask", resource: "app" },
      ...{ parameters: {}, summary: "start", inverse: "stop" },
    },
  },
];
const snapshot: OperationFact = {
  type: "snapshot-available",
  key: "snapshot",
  snapshot: "snap-1",
  createdAt: "2026-01-15T02:00:00.000Z",
};
const opening: OperationFact = { type: "opening-started", key: "opening" };
const held: OperationFact = { type: "held", key: "held", problem: { code: "timed-out", message: "not ready" } };
const restore = (body: object = {}, options = {}) => world.post(`/v1/operations/${id}/restore`, body, options);
const eventsOf = async (type: string) => (await world.store.events(id)).filter((event) => event.type === type);

describe("breaking the glass", () => {
  it.each<[string, OperationFact[]]>([
    ["pending", []],
    ["running", [started]],
    ["past the point of no return", [started, snapshot, ...touched]],
    ["held", [started, snapshot, ...touched, held]],
  ])("takes over an operation that is %s, and decides that it goes back", async (_status, facts) => {
    if (facts.length) await world.store.append(id, facts);
    const response = await restore({ comment: "nothing moves" });
    expect(response.status).toBe(202);
    expect(response.headers.get("location")).toBe(`/v1/operations/${id}`);
    expect(await response.json()).toMatchObject({ status: "running", decision: { decision: "rollback" } });
    expect(world.started).toEqual([`${id}-e2`]);
    const why = "operator/run-77 broke the glass (nothing moves)";
    expect(await eventsOf("taken-over")).toMatchObject([{ epoch: 2, why }]);
  });

  it("is refused once the operation is over", async () => {
    await world.store.append(id, [started, { type: "finished", key: "finished", status: "succeeded" }]);
    expect(await problemOf(await restore())).toMatchObject({ status: 409, code: "operation-over" });
    expect(world.started).toEqual([]);
  });

  it("throws nothing away that visitors wrote unless it is told to, and takes over nevertheless", async () => {
    const state = await world.store.append(id, [started, snapshot, ...touched, opening]);
    const { openingAt: from } = state.window;
    const wrong = await problemOf(await restore({ discards: { from: "2026-01-15T02:00:00Z" } }));
    expect(wrong).toMatchObject({ status: 409, code: "confirm-discard", discards: { from } });
    expect(world.started).toEqual([]);
    expect((await restore()).status).toBe(202);
    expect((await world.store.control(id)).decision).toBeUndefined();
    expect((await restore({ discards: { from } })).status).toBe(202);
    expect((await world.store.control(id)).decision).toMatchObject({ decision: "rollback", discards: { from } });
    expect(world.started).toEqual([`${id}-e2`, `${id}-e2`]);
  });

  it("decides nothing where there is nothing to go back to: the run that takes over holds the operation", async () => {
    await world.store.append(id, [started, ...touched]);
    expect((await restore()).status).toBe(202);
    expect((await world.store.control(id)).decision).toBeUndefined();
    expect(world.started).toEqual([`${id}-e2`]);
  });

  it("again while the run that took over waits is the same, and later takes over from that one", () =>
    inVirtualTime(async () => {
      world = await createWorld();
      ({ id } = (await (await world.start()).json()) as { id: string });
      const later = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
      await world.store.append(id, [started]);
      await restore();
      await later(119_000);
      await restore();
      expect(await eventsOf("taken-over")).toMatchObject([{ epoch: 2 }]);
      expect(world.started).toEqual([id, `${id}-e2`, `${id}-e2`]);
      await later(2_000);
      await restore();
      expect(await eventsOf("taken-over")).toMatchObject([{ epoch: 2 }, { epoch: 3 }]);
      expect(await eventsOf("decided")).toHaveLength(2);
    }));

  it("takes over again at once from a run that is held already", async () => {
    await world.store.append(id, [started, snapshot, ...touched]);
    await restore();
    await world.store.append(id, [held]);
    await restore();
    expect(world.started).toEqual([`${id}-e2`, `${id}-e3`]);
  });

  it.each([{ comment: "x".repeat(501) }, { why: "x" }, { discards: { from: "yesterday" } }])(
    "is refused as %j",
    async (body) => {
      expect(await problemOf(await restore(body))).toMatchObject({ status: 422, code: "invalid-request" });
    },
  );

  it("is a right of its own", async () => {
    const who = (repository_id: string) => world.asGithub({ ...releaseClaims, repository_id });
    for (const repository of ["1", "2", "3"]) {
      const problem = await problemOf(await restore({}, await who(repository)));
      expect(problem).toMatchObject({ status: 403, code: "not-allowed" });
      expect(problem.errors).toMatchObject([{ claim: "allow", expected: "a rule that allows restore" }]);
    }
    expect(world.started).toEqual([]);
    expect((await restore({}, await who("6"))).status).toBe(202);
  });
});
