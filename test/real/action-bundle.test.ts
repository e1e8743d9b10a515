import { mkdtemp, rm } from "node:fs/promises";
import { createServer, request as httpRequest } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { buildAction } from "../../scripts/build-action.ts";
import { fakeApi, type Interception, operationId, type Script } from "../action/fake-api.ts";
import { image } from "../action/scripts.ts";
import { createRunner, type Listening, listen, type Runner, savedState, serve } from "./action-runner.ts";

const quick: Script = [
  [0.1, { type: "started" }],
  [0.2, { type: "phase-started", phase: "preflight" }],
  [0.3, { type: "phase-finished", phase: "preflight", outcome: "done" }],
  [0.4, { type: "closing-started" }],
  [0.5, { type: "closed" }],
  [0.6, { type: "opened" }],
  [0.7, { type: "finished", status: "succeeded" }],
];
const endless: Script = [
  [0.1, { type: "started" }],
  [0.2, { type: "phase-started", phase: "back-up" }],
];

let dist: string;
let folder: string;
let oidc: Listening;
let tokenRequests: { url: string; authorization: string }[];
const open: Listening[] = [];
const runners: Runner[] = [];

beforeAll(async () => {
  dist = await mkdtemp(join(tmpdir(), "intermission-dist-"));
  await buildAction({ root: process.cwd(), outDir: dist });
});
afterAll(() => rm(dist, { recursive: true }));
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "intermission-job-"));
  tokenRequests = [];
  oidc = await started(
    createServer((request, response) => {
      tokenRequests.push({ url: request.url ?? "", authorization: request.headers.authorization ?? "" });
      response.end(JSON.stringify({ value: `secret-token-${tokenRequests.length}` }));
    }),
  );
});
afterEach(async () => {
  for (const runner of runners.splice(0)) runner.stop();
  await Promise.all(open.splice(0).map((server) => server.close()));
  await rm(folder, { recursive: true });
});

async function started(server: ReturnType<typeof createServer>): Promise<Listening> {
  const listening = await listen(server);
  open.push(listening);
  return listening;
}
async function job(
  script: Script,
  inputs: Record<string, string> = {},
  more: Partial<Parameters<typeof fakeApi>[0]> = {},
) {
  const api = fakeApi({ script, ...more });
  const { url } = await started(serve(api.fetch));
  const given = { "api-url": url, target: "crm-production", procedure: "upgrade", image, wait: "true", ...inputs };
  return { api, runner: await runnerWith(given) };
}
async function runnerWith(inputs: Record<string, string>): Promise<Runner> {
  const runner = await createRunner({ dist, folder, inputs, oidc: oidc.url });
  runners.push(runner);
  return runner;
}

test("the bundle runs an upgrade as the runner starts it, and its post step adds nothing", async () => {
  const { api, runner } = await job(quick);
  const main = runner.start("index.js");
  expect(await main.exited, main.output()).toEqual({ code: 0, signal: null });
  expect(await runner.outputs()).toMatchObject({
    "operation-id": operationId,
    status: "succeeded",
    "window-seconds": "0.2",
    image,
  });
  expect(await runner.summary()).toContain("## ✅ crm-production is upgraded");
  expect(main.output()).toMatch(/::group:: +0:00 {2}preflight: looks at everything/);
  expect(api.calls[0]).toMatchObject({ key: "123456:77:2:upgrade:window:crm-production" });

  const post = runner.start("cleanup.js", await savedState(folder));
  expect(await post.exited).toEqual({ code: 0, signal: null });
  expect(post.output()).toContain("The main step has reported");
});

test("the token is asked for with the job's own token, sent to the API, and masked before anything else", async () => {
  const { api, runner } = await job(quick, { audience: "ours" });
  const main = runner.start("index.js");
  await main.exited;
  expect(tokenRequests).toEqual([
    { url: "/token?api-version=2.0&audience=ours", authorization: "Bearer request-token" },
  ]);
  expect(new Set(api.calls.map((call) => call.authorization))).toEqual(new Set(["Bearer secret-token-1"]));
  expect(main.output().replace("::add-mask::secret-token-1", "")).not.toContain("secret-token");
});

test.for(["SIGINT", "SIGTERM"] as const)("%s ends the step within five seconds, and says so", async (signal) => {
  const { runner } = await job(endless);
  const main = runner.start("index.js");
  await main.shows(/back-up: takes a snapshot/);
  const sentAt = Date.now();
  main.process.kill(signal);
  expect(await main.exited).toEqual({ code: 1, signal: null });
  expect(Date.now() - sentAt).toBeLessThan(5_000);
  expect(main.output()).toContain(`The runner sent ${signal}; the operation goes on by itself.`);
  expect(await runner.outputs()).toMatchObject({ "operation-id": operationId, status: "running" });
  expect(await runner.summary()).toContain("was not");
});

test("a maintenance is two steps: the first ends with the node ready, and the second ends the maintenance", async () => {
  const ready: Script = [
    [0.1, { type: "started" }],
    [0.2, { type: "closing-started" }],
    [0.3, { type: "closed" }],
    [0.4, { type: "phase-started", phase: "work" }],
    [0.5, { type: "waiting", for: "maintenance" }],
  ];
  const done: Script = [
    [0.1, { type: "opened" }],
    [0.2, { type: "finished", status: "succeeded" }],
  ];
  const given = { procedure: "maintenance-begin", image: "" };
  const { api, runner } = await job(ready, given, { afterDecision: done, live: "/live/x?key=1.abc" });
  const begin = runner.start("index.js", { "INPUT_GITHUB-TOKEN": "ghs_workflow" });
  expect(await begin.exited, begin.output()).toEqual({ code: 0, signal: null });
  const outputs = await runner.outputs();
  expect(outputs).toMatchObject({
    "waiting-for": "maintenance",
    "bypass-header": "x-intermission-bypass: s3cret-way-past",
    "live-url": expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/live\/x\?key=1\.abc$/),
  });
  const said = begin.output().replace("::add-mask::s3cret-way-past", "").replace("::add-mask::ghs_workflow", "");
  expect(said).not.toMatch(/s3cret|ghs_workflow/);
  expect(await runner.summary()).toContain("crm-production is ready for the work on its one node");

  const end = runner.start("index.js", { INPUT_PROCEDURE: "maintenance-end" });
  expect(await end.exited, end.output()).toEqual({ code: 0, signal: null });
  expect(api.calls.filter(({ method }) => method === "POST").at(-1)).toMatchObject({
    path: `/v1/operations/${operationId}/decisions`,
    body: { decision: "proceed" },
  });
  expect((await runner.outputs()).status).toBe("succeeded");
});

test("a job that is cancelled with on-cancel: rollback has decided that before the runner's next signal", async () => {
  const { api, runner } = await job(endless, { "on-cancel": "rollback" });
  const main = runner.start("index.js");
  await main.shows(/back-up: takes a snapshot/);
  const sentAt = Date.now();
  main.process.kill("SIGINT");
  expect(await main.exited).toEqual({ code: 1, signal: null });
  expect(Date.now() - sentAt).toBeLessThan(7_500);
  expect(main.output()).toContain("rollback was decided, and the operation goes back by itself");
  const post = runner.start("cleanup.js", await savedState(folder));
  await post.exited;
  expect(api.calls.filter(({ path }) => path.endsWith("/decisions"))).toHaveLength(1);
});

test("a main step that was killed before it could decide leaves that to its post step", async () => {
  let killed = false;
  const intercept: Interception = ({ path }) =>
    path.endsWith("/decisions") && !killed ? new Promise<undefined>(() => {}) : undefined;
  const { api, runner } = await job(endless, { "on-cancel": "rollback" }, { intercept });
  const main = runner.start("index.js");
  await main.shows(/back-up: takes a snapshot/);
  main.process.kill("SIGINT");
  await expect.poll(() => api.calls.some(({ path }) => path.endsWith("/decisions"))).toBe(true);
  main.process.kill("SIGKILL");
  await main.exited;
  killed = true;
  const post = runner.start("cleanup.js", await savedState(folder));
  expect(await post.exited, post.output()).toEqual({ code: 0, signal: null });
  expect(post.output()).toContain("The step ended before it could report; as on-cancel asks, rollback was decided");
  expect(api.calls.filter(({ path }) => path.endsWith("/decisions"))).toHaveLength(2);
});

test("the post step of a main step that was killed tells what became of the operation", async () => {
  const { runner } = await job(endless);
  const main = runner.start("index.js");
  await main.shows(/back-up: takes a snapshot/);
  main.process.kill("SIGKILL");
  expect(await main.exited).toEqual({ code: null, signal: "SIGKILL" });
  const post = runner.start("cleanup.js", await savedState(folder));
  expect(await post.exited, post.output()).toEqual({ code: 0, signal: null });
  expect(post.output()).toContain("The step ended before it could report; the operation goes on by itself.");
  expect(await runner.summary()).toContain("| back-up |");
});

test("wrong inputs are reported all at once, before anything is asked of anyone", async () => {
  const { api, runner } = await job(quick, { target: "CRM", imgae: "x", wait: "perhaps" });
  const main = runner.start("index.js");
  expect(await main.exited).toEqual({ code: 1, signal: null });
  for (const problem of [
    "target: expected",
    "imgae: no such input; did you mean image?",
    "wait: expected true, decision or false",
  ])
    expect(main.output()).toContain(problem);
  expect({ calls: api.calls, tokenRequests }).toEqual({ calls: [], tokenRequests: [] });
});

test("a job without id-token: write learns which permission it lacks", async () => {
  const { runner } = await job(quick);
  const main = runner.start("index.js", { ACTIONS_ID_TOKEN_REQUEST_URL: "", ACTIONS_ID_TOKEN_REQUEST_TOKEN: "" });
  expect(await main.exited).toEqual({ code: 1, signal: null });
  expect(main.output()).toContain("permissions: { id-token: write, contents: read }");
  expect(await runner.summary()).toContain("did not start on crm-production");
});

test("the API is reached through the job's proxy", async () => {
  const api = fakeApi({ script: quick });
  const { port } = await started(serve(api.fetch));
  const through: string[] = [];
  const proxy = createServer((request, response) => {
    through.push(`${request.method} ${request.url}`);
    const { pathname, search } = new URL(request.url ?? "");
    const { method, headers } = request;
    const onward = httpRequest({ port, path: pathname + search, method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    request.pipe(onward);
  });
  proxy.on("connect", (request, socket, head) => {
    through.push(`CONNECT ${request.url}`);
    const onward = connect(port, "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      onward.write(head);
      onward.pipe(socket).pipe(onward);
    });
  });
  const { url } = await started(proxy);
  // Nothing listens there: only the proxy knows the way.
  const inputs = { "api-url": "http://api.localhost:61234", target: "crm-production", image };
  const runner = await runnerWith(inputs);
  const main = runner.start("index.js", { http_proxy: url, no_proxy: "127.0.0.1" });
  expect(await main.exited, main.output()).toEqual({ code: 0, signal: null });
  expect(through.join("\n")).toContain("api.localhost:61234");
});
