import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildLambda } from "../../scripts/build-lambda.ts";
import { auditEventSchema } from "../../src/api/audit-event.ts";
import { pageScript, pageStyle } from "../../src/api/live/assets.ts";
import { systemClock } from "../../src/clock.ts";
import { createDynamoStore } from "../../src/operations/dynamo-store.ts";
import { bundlesIn } from "../../src/sandbox/bundles.ts";
import {
  API_FUNCTION,
  BUS,
  EXECUTION_ENDED_FUNCTION,
  RUNBOOK_FUNCTION,
  TABLE,
  WATCH_FUNCTION,
} from "../../src/sandbox/own-plan.ts";
import { type Sandbox, startSandbox } from "../../src/sandbox/sandbox.ts";
import { loadSeed, parseSeed } from "../../src/sandbox/seed/load-seed.ts";
import { A, operation } from "../operations/sample.ts";
import { isMissing } from "./peers.ts";

const run = promisify(execFile);
const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), "intermission-test-"));
const bundles = bundlesIn(scratch);
const lines: { functionName: string; line: string }[] = [];
let sandbox: Sandbox;

beforeAll(async () => {
  await buildLambda({ root: here("../.."), outDir: scratch });
  const seed = await loadSeed(here("../../examples/sandbox.yml"));
  sandbox = await startSandbox({ seed, bundles, onFunctionLine: (line) => lines.push(line) });
});
afterAll(async () => {
  await sandbox?.close();
  rmSync(scratch, { recursive: true, force: true });
});

const token = async (parameters: string) => {
  const response = await fetch(`${sandbox.oidc.token}?audience=intermission&${parameters}`);
  return ((await response.json()) as { value: string }).value;
};

/** As an operator types it, with whatever curl this machine has. */
async function signedCurl(path: string, ...more: string[]) {
  const { accessKeyId, secretAccessKey } = sandbox.services.key;
  const sign = ["--aws-sigv4", "aws:amz:eu-central-1:execute-api", "--user", `${accessKeyId}:${secretAccessKey}`];
  const { stdout } = await run("curl", [
    "-sS",
    "-w",
    "\n%{http_code}",
    ...sign,
    ...more,
    `${sandbox.api.operator}${path}`,
  ]);
  const [status, ...body] = stdout.split("\n").reverse();
  return { status: Number(status), body: body.reverse().join("\n") };
}

test("the GitHub API lets a token of the issuer in, and nobody without", async () => {
  const url = `${sandbox.api.github}/v1/targets`;
  expect((await fetch(url)).status).toBe(401);
  const ask = async (parameters: string) =>
    fetch(url, { headers: { authorization: `Bearer ${await token(parameters)}` } });
  const allowed = await ask("repository_id=123456");
  expect(allowed.status).toBe(200);
  expect(await allowed.json()).toMatchObject({ targets: [{ name: "crm" }] });
  expect(await (await ask("repository_id=999")).text()).not.toContain("crm");
  expect((await ask("repository_id=123456&exp=1000000000")).status).toBe(401);
});

test.skipIf(isMissing("curl"))("the operator's API lets curl's signature in, and nobody without", async () => {
  expect(await signedCurl("/v1/targets")).toMatchObject({ status: 200, body: expect.stringContaining('"crm"') });
  const body = JSON.stringify({ procedure: "upgrade", image: "crm:9.9.9" });
  const json = ["-H", "content-type: application/json", "-d", body];
  expect((await signedCurl("/v1/targets/crm/plan", ...json)).status).not.toBe(403);
  expect(await signedCurl("/v1/targets", "--user", "AKIAWRONG:wrong")).toEqual({
    status: 403,
    body: '{"message":"Forbidden"}',
  });
  expect((await fetch(`${sandbox.api.operator}/v1/targets`)).status).toBe(403);
});

test.skipIf(isMissing("curl"))("a signature of curl's for another region, session or time passes nobody", async () => {
  const forbidden = { status: 403, body: '{"message":"Forbidden"}' };
  expect(await signedCurl("/v1/targets", "--aws-sigv4", "aws:amz:us-east-1:execute-api")).toEqual(forbidden);
  expect(await signedCurl("/v1/targets", "--aws-sigv4", "aws:amz:eu-central-1:lambda")).toEqual(forbidden);
  expect(await signedCurl("/v1/targets", "-H", "x-amz-security-token: another")).toEqual(forbidden);
  expect(await signedCurl("/v1/targets", "-H", "x-amz-date: 20260101T000000Z")).toEqual(forbidden);
});

test("what is refused is one line of the audit, as the audit has it", async () => {
  const before = lines.length;
  const post = (path: string, headers: Record<string, string>, body: RequestInit["body"]) =>
    fetch(`${sandbox.api.github}${path}`, { method: "POST", headers, body, duplex: "half" } as RequestInit);
  const authorization = `Bearer ${await token("repository_id=123456")}`;
  const inPieces = new ReadableStream({
    start(controller) {
      for (let piece = 0; piece < 20; piece += 1) controller.enqueue(new TextEncoder().encode("[".repeat(5_000)));
      controller.close();
    },
  });
  const json = { "content-type": "application/json" };
  expect((await post("/v1/targets/crm/plan", json, "{}")).status).toBe(401);
  expect((await post("/v1/targets/crm/plan", { ...json, authorization }, inPieces)).status).toBe(413);
  expect((await post("/v1/targets/%2563rm/plan", { ...json, authorization }, "{}")).status).toBe(404);
  await expect.poll(() => lines.length - before).toBeGreaterThanOrEqual(3);
  const audited = lines
    .slice(before)
    .filter(({ line }) => line.includes('"audit"'))
    .map(({ line }) => auditEventSchema.parse(JSON.parse(line)));
  expect(audited.map(({ problem }) => problem)).toEqual(["unauthenticated", "body-too-large", "unknown-target"]);
});

test("what anybody may read has no authorizer in front of it, and its files are in the bundle", async () => {
  for (const api of [sandbox.api.github, sandbox.api.operator]) {
    expect(await (await fetch(`${api}/live/page.js`)).text()).toBe(pageScript);
    expect(await (await fetch(`${api}/live/page.css`)).text()).toBe(pageStyle);
    const refused = await fetch(`${api}/live/op-20260115-020000-3f9a2c?key=1.x`);
    expect(refused.status).toBe(403);
    expect(await refused.text()).toContain("This link is not valid, or not any more.");
    expect((await fetch(`${api}/health`)).status).toBe(200);
  }
});

test("the functions reach AWS as their own roles", () => {
  const callers = sandbox.services.world.log.after().flatMap((event) => (event.kind === "call" ? [event.caller] : []));
  expect(new Set(callers)).toContain(`arn:aws:sts::111122223333:assumed-role/${API_FUNCTION}/${API_FUNCTION}`);
});

test("a killed worker is replaced at the next request", async () => {
  const kill = (body: object) => fetch(`${sandbox.control}/kill`, { method: "POST", body: JSON.stringify(body) });
  expect((await fetch(`${sandbox.api.github}/health`)).status).toBe(200);
  expect((await kill({ function: API_FUNCTION })).status).toBe(204);
  expect((await kill({ function: RUNBOOK_FUNCTION })).status).toBe(404);
  expect((await kill({ function: "nobody" })).status).toBe(404);
  expect((await fetch(`${sandbox.api.github}/health`)).status).toBe(200);
});

test("a run that ends without a word is told to the function that hears of it, by the rule and by the dead-letter queue", async () => {
  const { services } = sandbox;
  const { url: endpoint, key: credentials, world } = services;
  const lambda = new LambdaClient({ endpoint, region: world.region, credentials });
  await lambda.send(
    new InvokeCommand({
      FunctionName: `${RUNBOOK_FUNCTION}:live`,
      InvocationType: "Event",
      DurableExecutionName: "no-operation",
      Payload: '{"operation":"none"}',
    }),
  );
  const ends = () =>
    world.log
      .after()
      .filter((event) => event.kind === "function" && event.functionName === EXECUTION_ENDED_FUNCTION)
      .flatMap((event) => ("change" in event && event.change !== "invoked" ? [event.change] : []));
  await expect.poll(ends, { timeout: 20_000, interval: 250 }).toEqual(["returned", "returned"]);
  lambda.destroy();
});

test("each event of an operation is put on the bus, in order, and the watch counts the operation", async () => {
  const { url: endpoint, key: credentials, world } = sandbox.services;
  const config = { endpoint, region: world.region, credentials };
  const client = DynamoDBDocumentClient.from(new DynamoDBClient(config), {
    marshallOptions: { removeUndefinedValues: true },
  });
  const store = createDynamoStore({ client, table: TABLE, clock: systemClock });
  await store.create(operation());
  await store.append(A, [
    { type: "started", key: "started" },
    { type: "held", key: "held", problem: { code: "timed-out", message: "not ready" } },
  ]);
  const told = () =>
    world.log.after().flatMap((event) => (event.kind === "bus-event" && event.bus === BUS ? [event.detail] : []));
  await expect.poll(told, { timeout: 20_000, interval: 100 }).toMatchObject([
    { operation: A, target: "crm", procedure: "upgrade", seq: 1, type: "requested" },
    { seq: 2, type: "started" },
    { seq: 3, type: "held", problem: { code: "timed-out" } },
  ]);

  const lambda = new LambdaClient(config);
  const { FunctionError } = await lambda.send(new InvokeCommand({ FunctionName: WATCH_FUNCTION }));
  lambda.destroy();
  expect(FunctionError).toBeUndefined();
  const written = lines.flatMap(({ functionName, line }) => (functionName === WATCH_FUNCTION ? [line] : []));
  expect(written.map((line) => JSON.parse(line) as object)).toMatchObject([
    { Target: "crm", HeldOperations: 1, ActiveOperations: 1 },
    { message: "operation needs a look", trouble: "held", operation: A },
    { HeldOperations: 1, ActiveOperations: 1 },
  ]);
  expect(sandbox.services.state().eventBridge).toMatchObject({
    rules: expect.arrayContaining([
      expect.objectContaining({ Name: WATCH_FUNCTION, ScheduleExpression: "rate(1 minute)" }),
    ]),
  });
  await store.unlock("crm", A);
  client.destroy();
});

test("a killed task dies and its service replaces it", async () => {
  const { control, targets } = sandbox;
  const nodes = async () => {
    const { ecs } = (await (await fetch(`${control}/state`)).json()) as {
      ecs: { tasks: { taskArn: string; lastStatus: string }[] };
    };
    return ecs.tasks.filter(({ lastStatus }) => lastStatus === "RUNNING").map(({ taskArn }) => taskArn);
  };
  const before = await nodes();
  expect(before).toHaveLength(2);
  const victim = before[0]!;
  const response = await fetch(`${control}/kill`, {
    method: "POST",
    body: JSON.stringify({ task: victim.split("/").at(-1) }),
  });
  expect(response.status).toBe(204);
  await expect.poll(nodes, { timeout: 20_000, interval: 250 }).not.toContain(victim);
  await expect.poll(nodes, { timeout: 20_000, interval: 250 }).toHaveLength(2);
  expect((await fetch(`${targets.crm?.url}/health`)).status).toBe(200);
});

test("functions that were not built are refused before anything starts, with the command that builds them", async () => {
  const text =
    "intermission: { targets: { a: { app: nocobase, url: 'http://a', cluster: a, services: [{ name: a, container: a }], database: none } } }";
  const seed = await parseSeed(text, { fileName: "sandbox.yml", directory: scratch });
  const start = startSandbox({ seed, bundles: { ...bundles, api: "/nowhere/api.mjs" } });
  await expect(start).rejects.toThrow(
    "The functions have not been built (no /nowhere/api.mjs): run `npm run build` first.",
  );
});
