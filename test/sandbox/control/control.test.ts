import { expect, test } from "vitest";
import { systemClock } from "../../../src/clock.ts";
import { createEventLog } from "../../../src/sandbox/cloud/event-log.ts";
import { createFaults } from "../../../src/sandbox/cloud/faults.ts";
import { createControl } from "../../../src/sandbox/control/control.ts";
import { NothingToKill } from "../../../src/sandbox/control/nothing-to-kill.ts";

function setUp() {
  const log = createEventLog(systemClock);
  const services = [{ id: "ECS", operations: new Set(["RunTask"]) }];
  const faults = createFaults({ services });
  const killed: unknown[] = [];
  const disturbed: unknown[] = [];
  const measured: unknown[] = [];
  const control = createControl({
    log,
    faults,
    state: () => ({ ecs: { tasks: [1, 2] } }),
    async kill(what) {
      if ("task" in what && what.task === "gone") throw new NothingToKill("task gone does not run");
      killed.push(what);
    },
    disturb(what) {
      if (what.database === "busy-db") throw new Error("busy-db is creating");
      disturbed.push(what);
    },
    measure: (what) => void measured.push(what),
  });
  const ask = async (method: string, path: string, body?: unknown) =>
    control.fetch(
      new Request(`http://127.0.0.1${path}`, {
        method,
        body: body === undefined ? null : typeof body === "string" ? body : JSON.stringify(body),
      }),
    );
  const happened = (id: number) => log.append({ kind: "execution", executionArn: `arn:${id}`, status: "RUNNING" });
  return { log, faults, killed, disturbed, measured, ask, happened };
}

test("the event log is one event a line, from where it is asked", async () => {
  const { ask, happened } = setUp();
  for (const id of [1, 2, 3]) happened(id);
  const lines = (await (await ask("GET", "/events?after=1")).text()).trim().split("\n");
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { seq: 2, kind: "execution", executionArn: "arn:2" },
    { seq: 3, kind: "execution", executionArn: "arn:3" },
  ]);
});

test("whoever follows the log gets what was and then what comes", async () => {
  const { ask, happened } = setUp();
  happened(1);
  const reader = (await ask("GET", "/events?follow=1")).body!.pipeThrough(new TextDecoderStream()).getReader();
  const next = async () => JSON.parse((await reader.read()).value ?? "");
  expect(await next()).toMatchObject({ seq: 1 });
  const second = next();
  happened(2);
  expect(await second).toMatchObject({ seq: 2 });
  await reader.cancel();
  expect(() => happened(3)).not.toThrow();
});

test("the state of every service is there", async () => {
  const { ask } = setUp();
  expect(await (await ask("GET", "/state")).json()).toEqual({ ecs: { tasks: [1, 2] } });
});

test("a fault is injected, shown and taken back", async () => {
  const { ask, faults } = setUp();
  const rule = { service: "ECS", operation: "RunTask", fault: "throttle" };
  expect((await ask("POST", "/faults", rule)).status).toBe(201);
  expect(await (await ask("GET", "/faults")).json()).toMatchObject({ pending: [{ ...rule, nth: 1, count: 1 }] });
  expect((await ask("DELETE", "/faults")).status).toBe(204);
  expect(faults.take("ECS", "RunTask")).toBeUndefined();
});

test("a fault that makes no sense is refused with everything that is wrong", async () => {
  const { ask, faults } = setUp();
  const response = await ask("POST", "/faults", { service: "", fault: "throttle", nth: 0 });
  expect(response.status).toBe(400);
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  const { errors } = (await response.json()) as { errors: { path: string }[] };
  expect(errors.map(({ path }) => path).sort()).toEqual(["nth", "operation", "service"]);
  expect(faults.pending()).toEqual([]);
});

test("a fault for an operation that does not exist is refused instead of never hitting", async () => {
  const { ask } = setUp();
  const response = await ask("POST", "/faults", { service: "ECS", operation: "RunTusk", fault: "reset" });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ detail: expect.stringContaining("RunTusk") });
});

test.each([{ function: "intermission-runbook" }, { task: "abc" }, { database: "crm-db" }])("kills %j", async (what) => {
  const { ask, killed } = setUp();
  expect((await ask("POST", "/kill", what)).status).toBe(204);
  expect(killed).toEqual([what]);
});

test.each([{}, { tusk: "abc" }, { task: "a", database: "b" }, { task: 7 }, []])("refuses to kill %j", async (what) => {
  const { ask, killed } = setUp();
  expect((await ask("POST", "/kill", what)).status).toBe(400);
  expect(killed).toEqual([]);
});

test("killing what does not run is a 404 that says so", async () => {
  const { ask } = setUp();
  const response = await ask("POST", "/kill", { task: "gone" });
  expect(response.status).toBe(404);
  expect(await response.json()).toMatchObject({ detail: "task gone does not run" });
});

test("a database is disturbed, and one that cannot be says why", async () => {
  const { ask, disturbed } = setUp();
  const full = { database: "crm-db", storageFull: true };
  expect((await ask("POST", "/databases", full)).status).toBe(204);
  expect(disturbed).toEqual([full]);
  const busy = await ask("POST", "/databases", { ...full, database: "busy-db" });
  expect(busy.status).toBe(409);
  expect(await busy.json()).toMatchObject({ detail: "busy-db is creating" });
  expect((await ask("POST", "/databases", { database: "crm-db", storage: "full" })).status).toBe(400);
});

test("wrong parameters, bodies and paths are problems that say what was expected", async () => {
  const { ask } = setUp();
  expect(await (await ask("GET", "/events?after=x&folow=1")).json()).toMatchObject({
    errors: [{ path: "after" }, { path: "folow" }],
  });
  expect(await (await ask("POST", "/kill", "{")).json()).toMatchObject({ status: 400 });
  expect(await (await ask("GET", "/event")).json()).toMatchObject({ status: 404 });
});

test("a metric is what it is set to, and nothing after null", async () => {
  const { ask, measured } = setUp();
  const cpu = { namespace: "AWS/ECS", name: "CPUUtilization", dimensions: { ServiceName: "web" } };
  for (const value of [80, null]) expect((await ask("POST", "/metrics", { ...cpu, value })).status).toBe(204);
  expect(measured).toEqual([
    { ...cpu, value: 80 },
    { ...cpu, value: null },
  ]);
  const refused = await ask("POST", "/metrics", { ...cpu, value: "80" });
  expect(refused.status).toBe(400);
  expect(await refused.text()).toContain("value");
  expect(measured).toHaveLength(2);
});
