import { beforeEach, describe, expect, it } from "vitest";
import type { OperationFact } from "../../src/operations/event.ts";
import { createWorld, iam, problemOf } from "./world.ts";

let world: Awaited<ReturnType<typeof createWorld>>;
let id: string;
const setUp = async (): Promise<void> => {
  world = await createWorld();
  ({ id } = (await (await world.start()).json()) as { id: string });
};
beforeEach(setUp);

const started: OperationFact = { type: "started", key: "started" };
const waiting: OperationFact = { type: "waiting", key: "waiting", for: "before-open" };
const held: OperationFact = { type: "held", key: "held", problem: { code: "migration-failed", message: "it failed" } };
const finished: OperationFact = { type: "finished", key: "finished", status: "succeeded" };
const decide = (decision: string, env = iam()) => world.post(`/v1/operations/${id}/decisions`, { decision }, { env });

describe("a decision", () => {
  it("is recorded with who made it and why, and wakes what waits for it", async () => {
    await world.store.append(id, [started, waiting]);
    await world.store.setCallback(id, "callback-1");
    const path = `/v1/operations/${id}/decisions`;
    const response = await world.post(path, { decision: "proceed", comment: "looks good" });
    expect(response.status).toBe(202);
    expect(response.headers.get("location")).toBe(`/v1/operations/${id}`);
    expect(await response.json()).toMatchObject({
      status: "running",
      decision: { decision: "proceed", comment: "looks good", by: { name: "operator/run-77" } },
    });
    expect(world.woken).toEqual(["callback-1"]);
    expect((await world.store.control(id)).decision).toMatchObject({ decision: "proceed" });
  });

  it("is there before anyone is woken", async () => {
    const seen: unknown[] = [];
    const { store } = world;
    world = await createWorld({
      store,
      starter: {
        start: async () => {},
        wake: async () => void seen.push((await store.control(id)).decision?.decision),
      },
    });
    await store.append(id, [started, waiting]);
    await store.setCallback(id, "callback-1");
    await decide("rollback");
    expect(seen).toEqual(["rollback"]);
  });

  it("is made once, however often the same caller sends it", async () => {
    await world.store.append(id, [started, waiting]);
    await world.store.setCallback(id, "callback-1");
    await Promise.all([decide("proceed"), decide("proceed")]);
    expect((await decide("proceed")).status).toBe(202);
    const decisions = (await world.store.events(id)).filter(({ type }) => type === "decided");
    expect(decisions).toHaveLength(1);
    expect(world.woken.length).toBeGreaterThan(0);
  });

  it("answers each question anew", async () => {
    await world.store.append(id, [started, waiting]);
    await decide("proceed");
    await world.store.append(id, [{ ...waiting, key: "waiting-again", for: "maintenance" } as OperationFact]);
    await decide("proceed");
    expect((await world.store.events(id)).filter(({ type }) => type === "decided")).toHaveLength(2);
  });

  it("survives a runbook that cannot be woken: the same request wakes it later", async () => {
    let broken = true;
    const woken: string[] = [];
    const { store } = world;
    world = await createWorld({
      store,
      starter: {
        start: async () => {},
        wake: async (callback) => {
          if (broken) throw new Error("no route to host");
          woken.push(callback);
        },
      },
    });
    await store.append(id, [started, waiting]);
    await store.setCallback(id, "callback-1");
    expect(await problemOf(await decide("proceed"))).toMatchObject({ status: 503, code: "engine-unavailable" });
    broken = false;
    expect((await decide("proceed")).status).toBe(202);
    expect(woken).toEqual(["callback-1"]);
  });

  it.each<[string, OperationFact[], Record<string, number>]>([
    ["pending", [], { proceed: 409, rollback: 409, cancel: 202 }],
    ["running", [started], { proceed: 409, rollback: 409, cancel: 202 }],
    ["waiting", [started, waiting], { proceed: 202, rollback: 202, cancel: 202 }],
    ["held", [started, held], { proceed: 409, rollback: 409, cancel: 409 }],
    ["over", [started, finished], { proceed: 409, rollback: 409, cancel: 409 }],
  ])("makes sense or not while the operation is %s", async (status, facts, expected) => {
    for (const [decision, code] of Object.entries(expected)) {
      await setUp();
      if (facts.length > 0) await world.store.append(id, facts);
      const response = await decide(decision);
      expect([decision, response.status]).toEqual([decision, code]);
      if (code === 409)
        expect((await problemOf(response)).code).toBe(status === "over" ? "operation-over" : "nothing-to-decide");
    }
  });

  it("to cancel an operation that never got started starts it, so that it is acted upon", async () => {
    world.started.length = 0;
    await decide("cancel");
    expect(world.started).toEqual([id]);
  });

  it.each([
    {},
    { decision: "stop" },
    { decision: "proceed", why: "x" },
    { decision: "cancel", comment: "x".repeat(501) },
  ])("is refused as %j", async (body) => {
    const response = await world.post(`/v1/operations/${id}/decisions`, body);
    expect(await problemOf(response)).toMatchObject({ status: 422, code: "invalid-request" });
  });
});
