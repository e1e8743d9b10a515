import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { OperationEvent } from "../../src/operations/event.ts";
import { cloudStateOf } from "../../src/sandbox/checker/cloud-state.ts";
import { type NoticeboardSandbox, OLD_IMAGE, startNoticeboards } from "./noticeboard-sandbox.ts";
import { judge, start, startVisitors } from "./noticeboard-upgrade.ts";
import { isMissing } from "./peers.ts";

const run = promisify(execFile);
const MAIN = fileURLToPath(new URL("../../src/break-glass/main.ts", import.meta.url));
const hasCli = !isMissing("aws");

let sandbox: NoticeboardSandbox;
let directory: string;
let environment: NodeJS.ProcessEnv;

beforeAll(async () => {
  if (!hasCli) return;
  directory = await mkdtemp(join(tmpdir(), "break-glass-"));
  sandbox = await startNoticeboards(["untouched", "migrated"], {
    target: { restore: { fence: "sg-0fe0ce" } },
    environment: { migrated: { NOTICEBOARD_BREAK: "migration" } },
  });
  const { url, key, world } = sandbox.services;
  environment = {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: key.accessKeyId,
    AWS_SECRET_ACCESS_KEY: key.secretAccessKey,
    AWS_REGION: world.region,
    AWS_DEFAULT_REGION: world.region,
    AWS_CONFIG_FILE: join(directory, "no-config"),
    AWS_SHARED_CREDENTIALS_FILE: join(directory, "no-credentials"),
    AWS_EC2_METADATA_DISABLED: "true",
    QUIET_SECONDS: "3",
    LOOK_EVERY_SECONDS: "1",
  };
});
afterAll(async () => {
  await sandbox?.close();
  if (directory) await rm(directory, { recursive: true });
});

const scriptFor = async (operation: string): Promise<string> => {
  const args = [MAIN, "--table", sandbox.table!, "--operation", operation];
  return (await run(process.execPath, args, { env: environment })).stdout;
};

/** With the AWS CLI of this machine, as a person would run it. */
async function runByHand(script: string): Promise<string> {
  const shell: ChildProcess = spawn("sh", ["-s"], {
    env: environment,
    cwd: directory,
    stdio: ["pipe", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [shell.stdout, shell.stderr])
    stream?.on("data", (chunk: Buffer) => (output += chunk.toString()));
  shell.stdin?.end(script);
  const [code] = (await once(shell, "close")) as [number];
  if (code !== 0) throw new Error(`the script ended with ${code}:\n${output}`);
  return output;
}

async function happens(id: string, type: OperationEvent["type"]): Promise<void> {
  await expect
    .poll(async () => (await sandbox.store.events(id)).map((event) => event.type), { timeout: 180_000, interval: 200 })
    .toContain(type);
}

/** Whoever acts by hand is a stranger to the checker, which does not count what he deregisters either. */
const IS_THE_PERSON = /somebody else's|expected registration of untouched:2/;
const callsByHand = (operation: string) =>
  sandbox.services.world.log
    .after()
    .filter(
      (event) =>
        event.kind === "call" &&
        event.operation === operation &&
        event.outcome === "ok" &&
        event.caller.includes("operator"),
    );

/** What the operation would have said, had it seen what was done by hand. */
function asIfItHadSeen(events: readonly OperationEvent[]): OperationEvent[] {
  const [deleted] = callsByHand("DeleteRule");
  const next = events.length + 1;
  const now = new Date().toISOString();
  return [
    ...events,
    { seq: next, key: "by-hand/1", at: new Date(deleted!.at).toISOString(), type: "opening-started" },
    { seq: next + 1, key: "by-hand/2", at: now, type: "opened" },
    { seq: next + 2, key: "by-hand/3", at: now, type: "finished", status: "rolled-back" },
  ];
}

const rulesOf = (target: string) =>
  cloudStateOf(sandbox.services.state())
    .elbv2.loadBalancers.filter(({ arn }) => arn.includes(`/${target}/`))
    .flatMap((balancer) => balancer.listeners.flatMap(({ rules }) => rules)).length;
const imagesOf = (target: string) =>
  cloudStateOf(sandbox.services.state()).ecs.tasks.flatMap(({ lastStatus, group, containers }) =>
    lastStatus === "RUNNING" && group === `service:${target}` ? containers.map(({ image }) => image) : [],
  );

describe.skipIf(!hasCli)("with the AWS CLI and without us", () => {
  test("a window is ended before the new version touches the data, while its run is alive", {
    timeout: 300_000,
  }, async () => {
    const target = "untouched";
    const { services, store } = sandbox;
    services.world.latencies.rds.snapshotMs = 60_000;
    const before = cloudStateOf(services.state());
    const visitors = startVisitors(sandbox.targets[target]!.url);
    const id = await start(sandbox, target);
    await happens(id, "quiet");

    const output = await runByHand(await scriptFor(id));
    expect(output).toContain("The old nodes serve");
    expect((await fetch(`${sandbox.targets[target]!.url}/api/notices`)).status).toBe(200);
    expect(rulesOf(target)).toBe(1);
    expect(await store.lockHolder(target)).toBeUndefined();

    const acknowledged = await visitors.stop();
    const events = await store.events(id);
    expect(events.map(({ type }) => type)).not.toContain("point-of-no-return-passed");
    const { violations } = await judge(sandbox, {
      target,
      before,
      id,
      events: asIfItHadSeen(events),
      acknowledged,
    });
    expect(violations.filter(({ message }) => !IS_THE_PERSON.test(message))).toEqual([]);
    expect(imagesOf(target)).toEqual([OLD_IMAGE, OLD_IMAGE, OLD_IMAGE]);
    expect(JSON.stringify(callsByHand("DeregisterTaskDefinition"))).toContain("task-definition/untouched:2");
  });

  test("a migration that failed is taken back: the snapshot in the place of the present data, then the old version", {
    timeout: 300_000,
  }, async () => {
    const target = "migrated";
    const { services, store } = sandbox;
    services.world.latencies.rds.snapshotMs = 1_500;
    const visitors = startVisitors(sandbox.targets[target]!.url);
    const id = await start(sandbox, target);
    await happens(id, "held");

    const output = await runByHand(await scriptFor(id));
    expect(output).toContain("The snapshot is restored as migrated-db");
    expect((await fetch(`${sandbox.targets[target]!.url}/api/notices`)).status).toBe(200);
    expect(rulesOf(target)).toBe(1);
    expect(imagesOf(target)).toEqual([OLD_IMAGE, OLD_IMAGE, OLD_IMAGE]);
    expect(await store.lockHolder(target)).toBeUndefined();

    const acknowledged = await visitors.stop();
    const rows = await sandbox.rows(target);
    expect(rows.filter(({ price_cents }) => price_cents !== undefined)).toEqual([]);
    expect(rows.filter(({ text }) => text.startsWith("old "))).toHaveLength(40);
    const prices = new Map(rows.map(({ text, price }) => [text, Number(price)]));
    expect(acknowledged.filter(({ text, price }) => prices.get(text) !== price)).toEqual([]);
  });
});
