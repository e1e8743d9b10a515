import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  GetDurableExecutionCommand,
  GetDurableExecutionHistoryCommand,
  InvokeCommand,
  LambdaClient,
  SendDurableExecutionCallbackSuccessCommand,
} from "@aws-sdk/client-lambda";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createStreams } from "../../src/sandbox/cloud/dynamodb/streams.ts";
import { createLambda, type Lambda } from "../../src/sandbox/cloud/lambda/lambda.ts";
import { realFunctions } from "../../src/sandbox/substrate/real/functions.ts";
import { createEndpoint, type Handle, type Listening, listen } from "../../src/sandbox/wire/server.ts";
import { createWorld, service } from "../sandbox/lambda/sandbox-lambda.ts";

type Path = "good" | "bad";
/** Where a run's worker is killed: around its nth checkpoint, or when its nth effect is there and not yet answered. */
type CrashPoint = { at: "before checkpoint" | "after checkpoint" | "after effect"; nth: number };
type Run = {
  path: Path;
  crash?: CrashPoint;
  checkpoints: number;
  /** How many checkpoints there were when the paths part. */
  checkpointsBeforeMigration: number;
  effects: string[];
  looks: number;
  crashes: number;
};

const expected: Record<Path, { result: unknown; effects: string[] }> = {
  good: {
    result: { outcome: "succeeded", nodes: 3, approval: "called" },
    effects: ["close", "scale-to-zero", "approve", "migrate", "open"],
  },
  bad: {
    result: {
      outcome: "rolled-back",
      code: "migration-refused",
      details: { nodes: 3 },
      undone: ["scale-back", "open"],
    },
    effects: ["close", "scale-to-zero", "approve", "migrate", "scale-back", "open"],
  },
};
const never = new Promise<never>(() => {});

let directory: string;
let lambda: Lambda;
let endpoint: Listening;
let effectsServer: Server;
let client: LambdaClient;
const runs = new Map<string, Run>();

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "durable-"));
  await build({
    entryPoints: [fileURLToPath(new URL("./durable-runbook.ts", import.meta.url))],
    outfile: join(directory, "index.mjs"),
    bundle: true,
    minify: true,
    format: "esm",
    platform: "node",
    target: "node24",
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
  });
  const world = createWorld();
  lambda = createLambda(world, { functions: realFunctions(), streams: createStreams(world) });
  endpoint = await listen(crashing(createEndpoint({ mounts: [{ service, handlers: lambda.handlers }] })));
  client = new LambdaClient({
    endpoint: endpoint.url,
    region: world.region,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
  effectsServer = createServer((request, response) => {
    const [, operationId = "", what = "", callbackId = ""] = (request.url ?? "").split("/");
    void act(operationId, what, callbackId).then((answer) => response.end(answer));
  });
  await new Promise<void>((resolve) => effectsServer.listen(0, "127.0.0.1", resolve));
});
afterAll(async () => {
  await lambda.stop();
  await endpoint[Symbol.asyncDispose]();
  effectsServer.closeAllConnections();
  effectsServer.close();
  await rm(directory, { recursive: true });
});

/** The world outside: it remembers what was done to it, and that is all that a crash leaves of an interrupted step. */
async function act(operationId: string, what: string, callbackId: string): Promise<string> {
  const run = runs.get(operationId);
  if (!run) throw new Error(`nobody runs ${operationId}`);
  if (what === "running?") {
    run.looks += 1;
    return run.looks < 3 ? "1" : "0";
  }
  run.effects.push(what);
  if (what === "migrate") run.checkpointsBeforeMigration = run.checkpoints;
  if (what === "approve") {
    setTimeout(() => {
      const answer = new SendDurableExecutionCallbackSuccessCommand({ CallbackId: callbackId });
      client.send(answer).catch((error: Error) => {
        // The announcement may come twice, and the second answer late.
        if (error.name !== "CallbackTimeoutException") throw error;
      });
    }, 100);
  }
  if (isTime(run, "after effect", run.effects.length)) await crashOf(operationId, run);
  return what === "migrate" && run.path === "bad" ? "refused" : "done";
}

const isTime = ({ crash, crashes }: Run, at: CrashPoint["at"], nth: number) =>
  crash?.at === at && crash.nth === nth && crashes === 0;

function crashOf(operationId: string, run: Run): Promise<never> {
  run.crashes += 1;
  lambda.kill(operationId);
  return never;
}

const crashing =
  (handle: Handle): Handle =>
  async (request) => {
    const [, operationId = ""] = /durable-execution%2F([^%]+)%2F[^/]+\/checkpoint$/.exec(request.path) ?? [];
    const run = runs.get(operationId);
    if (!run) return handle(request);
    run.checkpoints += 1;
    const nth = run.checkpoints;
    if (isTime(run, "before checkpoint", nth)) return crashOf(operationId, run);
    const answer = await handle(request);
    return isTime(run, "after checkpoint", nth) ? crashOf(operationId, run) : answer;
  };

const pointsOf = (at: CrashPoint["at"], after: number, upTo: number): CrashPoint[] =>
  Array.from({ length: upTo - after }, (_, i) => ({ at, nth: after + i + 1 }));

/** Each run has a function of its own, so that a kill hits nobody else. */
async function execute(
  path: Path,
  crash?: CrashPoint,
  what = crash ? `${crash.at.replace(" ", "-")}-${crash.nth}` : "undisturbed",
): Promise<Run & { arn: string; result: unknown }> {
  const operationId = `${path}-${what}`;
  const run: Run = {
    ...{ path, crash, effects: [] },
    ...{ checkpoints: 0, checkpointsBeforeMigration: 0, looks: 0, crashes: 0 },
  };
  runs.set(operationId, run);
  lambda.define({
    functionName: operationId,
    bundle: join(directory, "index.mjs"),
    handler: "handler",
    environment: {
      AWS_ENDPOINT_URL: endpoint.url,
      AWS_REGION: "eu-central-1",
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      EFFECTS_URL: `http://127.0.0.1:${(effectsServer.address() as AddressInfo).port}`,
    },
    timeoutMs: 60_000,
    memoryMb: 256,
    aliases: ["live"],
    durableConfig: { executionTimeoutSeconds: 120, retentionPeriodInDays: 1 },
  });
  const over = new Promise<string>((resolve) => {
    lambda.onExecutionStatus(({ durableExecutionName, status }) => {
      if (durableExecutionName === operationId && status !== "RUNNING") resolve(status);
    });
  });
  const { DurableExecutionArn: arn = "" } = await client.send(
    new InvokeCommand({
      FunctionName: operationId,
      Qualifier: "live",
      InvocationType: "Event",
      DurableExecutionName: operationId,
      Payload: JSON.stringify({ operationId }),
    }),
  );
  await over;
  lambda.kill(operationId);
  const {
    Status,
    Result,
    Error: error,
  } = await client.send(new GetDurableExecutionCommand({ DurableExecutionArn: arn }));
  expect({ operationId, Status, error }).toEqual({ operationId, Status: "SUCCEEDED", error: undefined });
  return { ...run, arn, result: JSON.parse(Result ?? "null") };
}

async function inParallel<Item>(items: Item[], lanes: number, work: (item: Item) => Promise<void>): Promise<void> {
  const left = [...items];
  const lane = async () => {
    for (let item = left.shift(); item; item = left.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}

test("a bundled runbook runs over the wire, suspended and woken, and its history tells it", async () => {
  const { arn, result, effects } = await execute("good", undefined, "told");
  expect(result).toEqual(expected.good.result);
  expect(effects).toEqual(expected.good.effects);
  const { Events = [] } = await client.send(new GetDurableExecutionHistoryCommand({ DurableExecutionArn: arn }));
  const story = Events.filter(({ EventType = "" }) => !EventType.startsWith("Step")).map(
    ({ EventType, Name }) => `${EventType}${Name ? ` ${Name}` : ""}`,
  );
  expect(story).toEqual([
    "ExecutionStarted",
    "ContextStarted stop",
    "ContextSucceeded stop",
    "ContextStarted approval",
    "CallbackStarted callback",
    "InvocationCompleted",
    "CallbackSucceeded callback",
    "ContextSucceeded approval",
    "InvocationCompleted",
    "ExecutionSucceeded",
  ]);
});

test.each(["good", "bad"] as const)("ends right on the %s path wherever its worker is killed", async (path) => {
  const { checkpoints, checkpointsBeforeMigration, effects } = await execute(path);
  const already =
    path === "bad" ? { checkpoints: checkpointsBeforeMigration, effects: 3 } : { checkpoints: 0, effects: 0 };
  const points = [
    ...pointsOf("before checkpoint", already.checkpoints, checkpoints),
    ...pointsOf("after checkpoint", already.checkpoints, checkpoints),
    ...pointsOf("after effect", already.effects, effects.length),
  ];
  expect(points.length).toBeGreaterThan(10);
  await inParallel(points, 6, async (crash) => {
    const run = await execute(path, crash);
    expect({ crash, crashes: run.crashes, result: run.result }).toEqual({
      crash,
      crashes: 1,
      result: expected[path].result,
    });
    // At least once, in order, and only what the crash interrupted twice.
    expect({ crash, effects: run.effects.filter((effect, i) => effect !== run.effects[i - 1]) }).toEqual({
      crash,
      effects: expected[path].effects,
    });
    expect(run.effects.length).toBeLessThanOrEqual(expected[path].effects.length + 1);
  });
});
