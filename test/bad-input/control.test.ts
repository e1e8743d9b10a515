import { connect } from "node:net";
import { text as textOf } from "node:stream/consumers";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { createEventLog } from "../../src/sandbox/cloud/event-log.ts";
import { createFaults } from "../../src/sandbox/cloud/faults.ts";
import { createControl } from "../../src/sandbox/control/control.ts";
import { disturbSchema, killSchema, measureSchema } from "../../src/sandbox/control/control-schema.ts";
import { NothingToKill } from "../../src/sandbox/control/nothing-to-kill.ts";
import { serveOnLoopback, webAnswer } from "../../src/sandbox/front/loopback-server.ts";
import { json, nearly, text } from "./anything.ts";
import { runs, timeout } from "./search.ts";

const faults = createFaults({ services: [{ id: "ECS", operations: new Set(["RunTask"]) }] });
const log = createEventLog(systemClock);
log.append({ kind: "execution", executionArn: "arn:1", status: "RUNNING" });
const control = createControl({
  ...{ log, faults },
  state: () => ({}),
  kill: async (what) => {
    expect(killSchema.safeParse(what).success).toBe(true);
    throw new NothingToKill("it does not run");
  },
  disturb: (what) => expect(disturbSchema.safeParse(what).success).toBe(true),
  measure: (what) => expect(measureSchema.safeParse(what).success).toBe(true),
});

const bodies: unknown[] = [
  { service: "ECS", operation: "RunTask", fault: "slow", ms: 5, nth: 1, count: 2 },
  { task: "abc" },
  { database: "crm-db", storageFull: true },
  { namespace: "AWS/ECS", name: "CPUUtilization", dimensions: { A: "b" }, value: 1 },
];
const right = fc.constantFrom(...bodies);
const asJson = (value: unknown) => JSON.stringify(value) ?? "";
const body = fc.oneof(
  right.map(asJson),
  right.chain(nearly).map(asJson),
  json.map(asJson),
  text,
  fc.tuple(right, fc.nat(40)).map(([whole, length]) => asJson(whole).slice(0, length)),
  fc.constantFrom("[".repeat(100_000), `${"[".repeat(5_000)}${"]".repeat(5_000)}`, `{"task":"${"x".repeat(300_000)}"}`),
);
const path = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom("/faults", "/kill", "/databases", "/metrics") },
  fc.constantFrom(
    "/health",
    "/state",
    "/events",
    "/events?after=0",
    "/events?after=x&follow=2",
    "/",
    "//",
    "/faults/",
    "/%ff",
  ),
  text.map((each) => `/${encodeURIComponent(each.toWellFormed())}`),
  text.map((each) => `/events?after=${encodeURIComponent(each.toWellFormed())}`),
);

describe("whatever reaches the sandbox's control", () => {
  it("is done, or refused in sentences", { timeout }, async () => {
    const request = fc.record({
      method: fc.constantFrom("POST", "POST", "POST", "GET", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"),
      ...{ path, body },
    });
    await fc.assert(
      fc.asyncProperty(request, async ({ method, path: at, body: sent }) => {
        const bodiless = method === "GET" || method === "HEAD";
        const answer = await control.fetch(
          new Request(`http://127.0.0.1${at}`, { method, body: bodiless ? null : sent.toWellFormed() }),
        );
        const said = await answer.text();
        expect(answer.status, said).toBeLessThan(500);
        if (answer.status < 400 || method === "HEAD") return;
        expect(answer.headers.get("content-type")).toBe("application/problem+json");
        const { title, detail } = JSON.parse(said) as { title: string; detail: string };
        expect(`${title}: ${detail}`).not.toMatch(/\bat \S+ \(|TypeError|of undefined|of null/);
        expect(detail.length).toBeGreaterThan(5);
      }),
      runs(200),
    );
  });

  it("is answered also where it is half a request, or none at all", async () => {
    await using server = await listening();
    const head = "POST /kill HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length:";
    const answers = await Promise.all([
      raw(server.port, "TRACE /health HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"),
      raw(server.port, "GET http://elsewhere/health HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"),
      raw(server.port, "GET /health HTTP/1.1\r\nhost: a b\r\nconnection: close\r\n\r\n"),
      raw(server.port, "nonsense\r\n\r\n"),
      raw(server.port, `${head} 3\r\n\r\n{"t`),
      raw(server.port, `${head} 2000000\r\n\r\n${"x".repeat(1_100_000)}`),
    ]);
    const statuses = answers.map((answer) => /^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]);
    expect(statuses).toEqual(["400", "200", "400", "400", "400", "413"]);
    // One that gives up in the middle of its body leaves the others alone.
    const gone = connect(server.port, "127.0.0.1");
    gone.write(`${head} 100\r\n\r\n{"task":`);
    gone.destroy();
    expect(await (await fetch(`${server.url}/health`)).json()).toEqual({ status: "ok" });
  });
});

async function listening() {
  const server = await serveOnLoopback(webAnswer(control.fetch));
  return { ...server, [Symbol.asyncDispose]: () => server.close() };
}

/** What a server answers to these bytes, until it ends the connection. */
async function raw(port: number, bytes: string): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => {});
  socket.write(bytes);
  return textOf(socket).catch(() => "");
}
