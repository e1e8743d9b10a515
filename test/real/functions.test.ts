import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import type { FunctionRuntime, Invocation } from "../../src/sandbox/substrate/functions.ts";
import { realFunctions } from "../../src/sandbox/substrate/real/functions.ts";

const code = `
  import dns from "node:dns";
  let invocations = 0;
  const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  export async function handler(event, context) {
    invocations += 1;
    console.log("line of", event.name);
    switch (event.do) {
      case "throw": throw new RangeError("too far");
      case "exit": process.exit(3);
      case "hang": await wait(60_000);
      case "block": for (;;);
      case "wait": await wait(event.ms); break;
      case "environment": return process.env;
      case "context": return { ...context, remaining: context.getRemainingTimeInMillis(), dns: dns.getServers() };
    }
    return { pid: process.pid, invocations, echo: event };
  }`;

let directory: string;
let functions: FunctionRuntime;
let lines: { functionName: string; requestId?: string; line: string }[];
let requests = 0;

const invocation = (timeoutMs = 10_000): Invocation => {
  requests += 1;
  return {
    requestId: `request-${requests}`,
    deadline: Date.now() + timeoutMs,
    functionVersion: "1",
    invokedFunctionArn: "arn:aws:lambda:eu-central-1:111122223333:function:echo:live",
  };
};
const invoke = (event: object, timeoutMs?: number) => functions.invoke("echo", event, invocation(timeoutMs));
const payloadOf = async (event: object) => {
  const outcome = await invoke(event);
  if (!outcome.ok) throw new Error(outcome.error.errorMessage);
  return outcome.payload as Record<string, unknown>;
};
const lives = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "functions-"));
  await writeFile(join(directory, "index.mjs"), code);
});
afterAll(() => rm(directory, { recursive: true }));

beforeEach(() => {
  lines = [];
  functions = realFunctions({ resolver: "127.0.0.1:5353", onLine: (line) => lines.push(line) });
  functions.define({
    functionName: "echo",
    bundle: join(directory, "index.mjs"),
    handler: "handler",
    environment: { STAGE: "test" },
    timeoutMs: 500,
    memoryMb: 256,
  });
});
afterEach(() => functions.shutDown());

test("keeps a worker warm for the next invocation and starts more for invocations at once", async () => {
  const first = await payloadOf({ name: "first" });
  expect(await payloadOf({})).toMatchObject({ pid: first.pid, invocations: 2 });
  const together = await Promise.all([1, 2, 3].map((n) => payloadOf({ do: "wait", ms: 200, n })));
  expect(new Set(together.map(({ pid }) => pid)).size).toBe(3);
  expect(together.map(({ echo }) => (echo as { n: number }).n)).toEqual([1, 2, 3]);
});

test("gives the code its own environment and none of the machine's", async () => {
  process.env.AWS_PROFILE = "personal";
  const environment = await payloadOf({ do: "environment" });
  delete process.env.AWS_PROFILE;
  expect(environment).toMatchObject({ STAGE: "test", AWS_LAMBDA_FUNCTION_NAME: "echo", TZ: ":UTC" });
  expect(environment.AWS_PROFILE).toBeUndefined();
});

test("gives the handler Lambda's context and the sandbox's resolver", async () => {
  const context = await payloadOf({ do: "context" });
  expect(context).toMatchObject({
    functionName: "echo",
    functionVersion: "1",
    invokedFunctionArn: "arn:aws:lambda:eu-central-1:111122223333:function:echo:live",
    memoryLimitInMB: "256",
    dns: ["127.0.0.1:5353"],
  });
  expect(context.remaining).toBeGreaterThan(5000);
  expect(context.remaining).toBeLessThanOrEqual(10_000);
});

test("collects the lines of each invocation", async () => {
  const outcome = await invoke({ name: "a" });
  expect(outcome.logs).toEqual(["line of a"]);
  expect(lines).toEqual([{ functionName: "echo", requestId: `request-${requests}`, line: "line of a" }]);
});

test("answers what the handler threw and goes on in the same worker", async () => {
  const { pid } = await payloadOf({});
  const outcome = await invoke({ do: "throw" });
  expect(outcome).toMatchObject({
    ok: false,
    reason: "threw",
    error: { errorType: "RangeError", errorMessage: "too far" },
  });
  expect(await payloadOf({})).toMatchObject({ pid, invocations: 3 });
});

test.each(["hang", "block"])("kills a worker whose time is up while it does %s", async (how) => {
  const { pid } = await payloadOf({});
  const outcome = await invoke({ do: how }, 300);
  expect(outcome).toMatchObject({ ok: false, reason: "timed-out", error: { errorType: "Sandbox.Timedout" } });
  expect(lives(pid as number)).toBe(false);
  expect((await payloadOf({})).pid).not.toBe(pid);
});

test("a worker that exits fails its invocation", async () => {
  expect(await invoke({ do: "exit" })).toMatchObject({
    ok: false,
    reason: "exited",
    error: { errorMessage: "Error: Runtime exited with error: exit status 3" },
  });
});

test("a worker that is killed fails its invocation, and the next one gets another", async () => {
  const { pid } = await payloadOf({});
  const outcome = invoke({ do: "hang" });
  expect(functions.kill("echo")).toBe(1);
  const next = await payloadOf({});
  expect(await outcome).toMatchObject({ ok: false, reason: "killed" });
  expect(next.pid).not.toBe(pid);
});

test("a worker that is lost fails its invocation and goes on, until everything is shut down", async () => {
  const { pid } = await payloadOf({});
  const under = invoke({ do: "wait", ms: 300, name: "zombie" });
  await expect.poll(() => lines.at(-1)?.line).toBe("line of zombie");
  expect(functions.lose("echo")).toBe(1);
  expect(await under).toMatchObject({ ok: false, reason: "exited" });
  expect(functions.lose("echo")).toBe(0);
  expect((await payloadOf({})).pid).not.toBe(pid);
  expect(lives(Number(pid))).toBe(true);
  await functions.shutDown();
  expect(lives(Number(pid))).toBe(false);
});

test("says what is wrong with a bundle that cannot be loaded, or lacks the handler", async () => {
  const spec = { handler: "nothing", environment: {}, timeoutMs: 500, memoryMb: 128 };
  functions.define({ ...spec, functionName: "lacking", bundle: join(directory, "index.mjs") });
  functions.define({ ...spec, functionName: "absent", bundle: join(directory, "absent.mjs") });
  expect(await functions.invoke("lacking", {}, invocation())).toMatchObject({
    error: { errorType: "Runtime.HandlerNotFound", errorMessage: "index.nothing is undefined or not exported" },
  });
  expect(await functions.invoke("absent", {}, invocation())).toMatchObject({
    error: { errorType: "Runtime.ImportModuleError" },
  });
});

test("shutting down leaves no process behind", async () => {
  const pids = (await Promise.all([payloadOf({ do: "wait", ms: 100 }), payloadOf({})])).map(({ pid }) => pid as number);
  void invoke({ do: "block" });
  await functions.shutDown();
  expect(pids.map(lives)).toEqual([false, false]);
  expect(await invoke({})).toMatchObject({ ok: false, error: { errorMessage: "the runtime was shut down" } });
});

test("workers end with the process that started them, even when that is killed", async () => {
  const url = new URL("../../src/sandbox/substrate/real/functions.ts", import.meta.url).href;
  const script = `
    import { realFunctions } from "${url}";
    const functions = realFunctions();
    functions.define({ functionName: "echo", bundle: "${join(directory, "index.mjs")}", handler: "handler", environment: {}, timeoutMs: 500, memoryMb: 128 });
    const { payload } = await functions.invoke("echo", {}, { requestId: "1", deadline: Date.now() + 9000, functionVersion: "1" });
    console.log(payload.pid);`;
  await writeFile(join(directory, "parent.mjs"), script);
  const parent = spawn(process.execPath, [join(directory, "parent.mjs")], { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = (await once(createInterface({ input: parent.stdout }), "line")) as [string];
  expect(lives(Number(line))).toBe(true);
  parent.kill("SIGKILL");
  await expect.poll(() => lives(Number(line)), { timeout: 5000 }).toBe(false);
});
