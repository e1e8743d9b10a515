import { beforeEach, describe, expect, it } from "vitest";
import type { OperationFact } from "../../src/operations/event.ts";
import type { Way } from "../../src/operations/ways-on.ts";
import { createWorld, iam, problemOf, releaseClaims } from "./world.ts";

let world: Awaited<ReturnType<typeof createWorld>>;
let id: string;
const setUp = async (): Promise<void> => {
  world = await createWorld();
  ({ id } = (await (await world.start()).json()) as { id: string });
};
beforeEach(setUp);

const started: OperationFact = { type: "started", key: "started" };
const waiting: OperationFact = { type: "waiting", key: "waiting", for: "before-open" };
const touched: OperationFact[] = [
  { type: "snapshot-available", key: "snapshot", snapshot: "snap-1", createdAt: "2026-01-15T02:00:00.000Z" },
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
const opening: OperationFact = { type: "opening-started", key: "opening" };
const held: OperationFact = { type: "held", key: "held", problem: { code: "migration-failed", message: "it failed" } };
const finished: OperationFact = { type: "finished", key: "finished", status: "succeeded" };
const decide = (decision: string, more: object = {}, env = iam()) =>
  world.post(`/v1/operations/${id}/decisions`, { decision, ...more }, { env });

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
    ["pending", [], { proceed: 409, rollback: 202, cancel: 202 }],
    ["running", [started], { proceed: 409, rollback: 202, cancel: 202 }],
    ["past the point of no return", [started, ...touched], { proceed: 409, rollback: 202, cancel: 202 }],
    ["opening", [started, ...touched, opening], { proceed: 409, rollback: 409, cancel: 409 }],
    ["waiting for its time", [started, { ...waiting, for: "start" }], { proceed: 409, rollback: 202, cancel: 202 }],
    ["waiting", [started, waiting], { proceed: 202, rollback: 202, cancel: 202 }],
    ["held", [started, ...touched, held], { proceed: 202, rollback: 202, cancel: 409 }],
    ["over", [started, finished], { proceed: 409, rollback: 409, cancel: 409 }],
  ])("makes sense or not while the operation is %s", async (status, facts, expected) => {
    for (const [decision, code] of Object.entries(expected)) {
      await setUp();
      if (facts.length > 0) await world.store.append(id, facts);
      const { decisions } = (await (await world.request(`/v1/operations/${id}`)).json()) as { decisions: Way[] };
      const response = await decide(decision);
      expect([decision, response.status]).toEqual([decision, code]);
      expect([decision, decisions.some((way) => way.decision === decision)]).toEqual([decision, code === 202]);
      if (code !== 409) continue;
      const problem = await problemOf(response);
      expect(problem.code).toBe(status === "over" ? "operation-over" : "nothing-to-decide");
      if (status !== "over") expect(problem.ways).toEqual(decisions);
    }
  });

  it("is refused to whoever may only read or start", async () => {
    await world.store.append(id, [started, waiting]);
    for (const repository of ["2", "3", "6"]) {
      const who = await world.asGithub({ ...releaseClaims, repository_id: repository });
      const response = await world.post(`/v1/operations/${id}/decisions`, { decision: "proceed" }, who);
      expect(await problemOf(response)).toMatchObject({ status: 403, code: "not-allowed" });
    }
    expect((await world.store.get(id))?.decision).toBeUndefined();
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

describe("a decision on a held operation", () => {
  beforeEach(async () => {
    world.started.length = 0;
    await world.store.append(id, [started, ...touched, held]);
  });
  const events = async (type: string) => (await world.store.events(id)).filter((event) => event.type === type);

  it("starts another run, which finds the decision", async () => {
    const response = await decide("rollback", { comment: "it doubled the amounts" });
    expect(response.status).toBe(202);
    expect(await response.json()).toMatchObject({ status: "running", decision: { decision: "rollback" } });
    expect(world.started).toEqual([`${id}-e2`]);
    expect(await world.store.control(id)).toMatchObject({ epoch: 2, decision: { decision: "rollback" } });
    expect(await events("taken-over")).toMatchObject([{ epoch: 2, why: "operator/run-77 decided: rollback" }]);
  });

  it("takes over once, however often it is sent, also while the run that follows is under way", async () => {
    await Promise.all([decide("rollback"), decide("rollback"), decide("rollback")]);
    await world.store.append(id, [{ type: "phase-started", key: "x", phase: "restore" }]);
    expect((await decide("rollback")).status).toBe(202);
    expect(await events("decided")).toHaveLength(1);
    expect(await events("taken-over")).toHaveLength(1);
    expect(new Set(world.started)).toEqual(new Set([`${id}-e2`]));
  });

  it("is one: whoever decides otherwise at the same moment hears who was first", async () => {
    const answers = await Promise.all([decide("rollback"), decide("proceed")]);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202, 409]));
    const refused = answers.find(({ status }) => status === 409)!;
    expect(await problemOf(refused)).toMatchObject({ code: "nothing-to-decide" });
    expect(await events("decided")).toHaveLength(1);
    expect(await events("taken-over")).toHaveLength(1);
  });

  it("decides anew once the next run is held too", async () => {
    await decide("proceed");
    await world.store.append(id, [{ ...held, key: "held-2" } as OperationFact]);
    await decide("proceed");
    expect(world.started).toEqual([`${id}-e2`, `${id}-e3`]);
    expect(await events("decided")).toHaveLength(2);
  });

  it("that could not start its run is carried out by the same request later", async () => {
    let broken = true;
    const runs: number[] = [];
    const { store } = world;
    world = await createWorld({
      store,
      starter: {
        start: async (_id, epoch) => {
          if (broken) throw new Error("no route to host");
          runs.push(epoch);
        },
        wake: async () => {},
      },
    });
    expect(await problemOf(await decide("rollback"))).toMatchObject({ status: 503, code: "engine-unavailable" });
    broken = false;
    expect((await decide("rollback")).status).toBe(202);
    expect(runs).toEqual([2]);
    expect((await store.events(id)).filter(({ type }) => type === "taken-over")).toHaveLength(1);
  });
});

describe("a rollback that throws away what visitors wrote", () => {
  let from: string;
  beforeEach(async () => {
    const state = await world.store.append(id, [started, ...touched, opening, held]);
    from = state.window.openingAt!;
  });

  it.each([
    ["nothing", () => ({})],
    ["another interval", () => ({ discards: { from: "2026-01-15T02:00:00Z" } })],
  ])("is refused where it confirms %s, and names what is to be confirmed", async (_what, more) => {
    const problem = await problemOf(await decide("rollback", more()));
    expect(problem).toMatchObject({ status: 409, code: "confirm-discard", operation: id, discards: { from } });
    expect(problem.detail).toContain(`everything written since ${from} would be lost`);
    expect(world.started).toEqual([id]);
    expect((await world.store.get(id))?.status).toBe("held");
  });

  it("is carried out where it names that very interval, in whatever time zone", async () => {
    const elsewhere = `${new Date(Date.parse(from) + 3_600_000).toISOString().slice(0, -1)}+01:00`;
    expect((await decide("rollback", { discards: { from: elsewhere } })).status).toBe(202);
    expect((await world.store.control(id)).decision).toMatchObject({ decision: "rollback", discards: { from } });
    expect(world.started).toEqual([id, `${id}-e2`]);
  });

  it("need not be confirmed to open the site again", async () => {
    expect((await decide("proceed")).status).toBe(202);
    expect((await world.store.control(id)).decision).not.toHaveProperty("discards");
  });
});
