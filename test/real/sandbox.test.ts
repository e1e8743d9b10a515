import { execFile } from "node:child_process";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { parseDocument } from "yaml";
import { bundlesIn } from "../../src/sandbox/bundles.ts";
import type { SandboxEvent } from "../../src/sandbox/cloud/event-log.ts";
import { startSandbox } from "../../src/sandbox/sandbox.ts";
import { parseSeed } from "../../src/sandbox/seed/load-seed.ts";
import { isMissing } from "./peers.ts";
import { alive, descendants, type Ready, spawnSandbox } from "./sandbox-process.ts";

const run = promisify(execFile);
const [noAws, noCurl] = [isMissing("aws"), isMissing("curl")];
const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), "intermission-test-"));
const started: ReturnType<typeof spawnSandbox>[] = [];

function spawnAndEndLater(...args: string[]) {
  const sandbox = spawnSandbox(...args);
  started.push(sandbox);
  return sandbox;
}

/** The example without its targets, which need the built functions. */
function awsPart(): string {
  const document = parseDocument(readFileSync(here("../../examples/sandbox.yml"), "utf8"), { merge: true });
  document.delete("intermission");
  const file = join(scratch, "sandbox.yml");
  writeFileSync(file, document.toString());
  return file;
}

/** What sandboxes left in their scratch space, which is this test's alone. */
const folders = () => readdirSync(scratch).filter((name) => name.startsWith("intermission-sandbox-"));
const portIsOpen = (url: string) =>
  new Promise<boolean>((resolve) => {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });

beforeAll(() => {
  chmodSync(scratch, 0o711);
  vi.stubEnv("TMPDIR", scratch);
});

afterEach(async () => {
  for (const { child, exited } of started.splice(0)) {
    child.kill("SIGINT");
    await exited;
  }
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(scratch, { recursive: true, force: true });
});

async function events({ control }: Ready): Promise<SandboxEvent[]> {
  const text = await (await fetch(`${control}/events`)).text();
  return text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as SandboxEvent);
}

test.skipIf(noAws || noCurl)(
  "an operator upgrades the example by hand with the AWS CLI, then SIGINT leaves nothing behind",
  {
    timeout: 300_000,
  },
  async () => {
    const sandbox = spawnAndEndLater("--json", "--file", awsPart());
    const ready = await sandbox.ready();

    expect(Object.keys(ready).sort()).toEqual(
      ["accessKeyId", "api", "aws", "control", "oidc", "region", "secretAccessKey", "targets"].sort(),
    );
    expect(sandbox.output.stdout.trimEnd()).not.toContain("\n");
    const state = (await (await fetch(`${ready.control}/state`)).json()) as {
      elbv2: { loadBalancers: { addresses: string[]; listeners: { port: number }[] }[] };
    };
    const [balancer] = state.elbv2.loadBalancers;
    const url = `http://${balancer?.addresses[0]}:${balancer?.listeners[0]?.port}`;
    expect(await (await fetch(url)).text()).toMatch(/^crm 1\.0\.0 on task [0-9a-f]{32}$/m);

    const { stdout } = await run(here("./sandbox-operator.sh"), [], {
      env: {
        ...process.env,
        AWS_ENDPOINT_URL: ready.aws,
        AWS_REGION: ready.region,
        AWS_DEFAULT_REGION: ready.region,
        AWS_ACCESS_KEY_ID: ready.accessKeyId,
        AWS_SECRET_ACCESS_KEY: ready.secretAccessKey,
        ...{ URL: url, CLUSTER: "crm", SERVICE: "crm-web", DATABASE: "crm-db", FROM: "crm:1.0.0", TO: "crm:2.0.0" },
      },
    });
    expect(stdout.trim().split("\n")).toEqual([
      "caller arn:aws:iam::111122223333:user/operator",
      "found 2",
      "registered crm-web:2",
      "closed <h1>Maintenance</h1>",
      "stopped 2",
      "snapshot available 100",
      "first 1",
      "all 2",
      'open {"version":"2.0.0"}',
    ]);

    const happened = await events(ready);
    const containers = happened.filter((event) => event.kind === "container");
    const lastEnd = containers.findLast(({ change, image }) => change === "ended" && image.endsWith("crm:1.0.0"));
    const firstStart = containers.find(({ change, image }) => change === "started" && image.endsWith("crm:2.0.0"));
    const snapshot = happened.find((event) => event.kind === "snapshot" && event.status === "available");
    const order = [lastEnd?.seq, snapshot?.seq, firstStart?.seq];
    expect(order).toEqual(order.toSorted((a, b) => (a ?? 0) - (b ?? 0)));
    expect(happened.filter((event) => event.kind === "call" && event.outcome !== "ok")).toEqual([]);

    const processes = descendants(sandbox.child);
    expect(processes.length).toBeGreaterThan(2);
    expect(folders()).toHaveLength(1);
    sandbox.child.kill("SIGINT");
    expect(await sandbox.exited).toEqual({ code: 0, signal: null });
    expect(alive(processes)).toEqual([]);
    const urls = [ready.aws, ready.api.github, ready.api.operator, ready.oidc.issuer, ready.control, url];
    expect(await Promise.all(urls.map(portIsOpen))).toEqual(urls.map(() => false));
    expect(folders()).toEqual([]);
  },
);

test("SIGTERM while it starts leaves nothing behind", async () => {
  const sandbox = spawnAndEndLater("--json", "--file", awsPart());
  await sandbox.until("stderr", "services:");
  const processes = descendants(sandbox.child);
  sandbox.child.kill("SIGTERM");
  expect(await sandbox.exited).toEqual({ code: 0, signal: null });
  expect(sandbox.output.stdout).toBe("");
  expect(alive(processes)).toEqual([]);
  expect(folders()).toEqual([]);
});

test("a start that fails half-way says why and leaves nothing behind", async () => {
  const seed = await parseSeed(
    `
images: { "shop:1": { command: [./no-such-program] } }
clusters: [shop]
databases: { shop-db: {} }
taskDefinitions: { shop: { containers: [{ name: app, image: "shop:1" }] } }
services: { shop: { cluster: shop, taskDefinition: shop } }
`,
    { fileName: "sandbox.yml", directory: scratch },
  );
  const processes = new Set(descendants(process));
  const start = startSandbox({ seed, bundles: bundlesIn(""), steadyTimeoutMs: 15_000 });
  await expect(start).rejects.toThrow("expected service shop to run 1 tasks within 15 s");
  expect(alive(descendants(process).filter((pid) => !processes.has(pid)))).toEqual([]);
  expect(folders()).toEqual([]);
});

test("what makes no sense ends at once and says what was expected", async () => {
  const misspelt = spawnAndEndLater("--jsn");
  expect(await misspelt.exited).toMatchObject({ code: 2 });
  expect(misspelt.output.stderr).toContain("--jsn");
  writeFileSync(join(scratch, "wrong.yml"), "clusters: crm\nservics: {}\n");
  const wrong = spawnAndEndLater("--json", "--file", join(scratch, "wrong.yml"));
  expect(await wrong.exited).toMatchObject({ code: 2 });
  expect(wrong.output.stderr).toContain("clusters: expected a list");
  expect(wrong.output.stderr).toContain('did you mean "services"?');
  expect(wrong.output.stdout).toBe("");
});

test.skipIf(noAws)("without a file there is an AWS that holds nothing yet", async () => {
  const sandbox = spawnAndEndLater("--json");
  const { aws, region, accessKeyId, secretAccessKey, api } = await sandbox.ready();
  const env = { ...process.env, AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey };
  const { stdout } = await run("aws", ["--endpoint-url", aws, "--region", region, "ecs", "list-clusters"], { env });
  expect(JSON.parse(stdout)).toEqual({ clusterArns: [] });
  expect((await fetch(`${api.operator}/v1/targets`)).status).toBe(404);
});
