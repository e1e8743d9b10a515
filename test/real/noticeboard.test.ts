import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { DatabaseEngine } from "../../src/sandbox/substrate/databases.ts";
import { freePort } from "../../src/sandbox/substrate/real/containers-forwarder.ts";
import { createRealDatabases } from "../../src/sandbox/substrate/real/databases.ts";

const folder = fileURLToPath(new URL("../../examples/noticeboard/", import.meta.url));
const settings = { username: "noticeboard", password: "correct-horse-battery", databaseName: "noticeboard" };
const PRICES = Array.from({ length: 40 }, (_, index) => 10 + index / 4);

let databases: DatabaseEngine;
let directory: string;
let databaseUrl: string;
let endpoint: { close(): Promise<void> };
let count = 0;
const nodes = new Set<ChildProcess>();

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "noticeboard-"));
  databases = createRealDatabases({ directory });
});
afterAll(async () => {
  await databases.shutDown();
  await rm(directory, { recursive: true, force: true });
});
beforeEach(async () => {
  count += 1;
  const id = `noticeboard-${count}`;
  await databases.create(id, settings);
  const [address, port] = [databases.addressOf(id), 5_432];
  endpoint = await databases.expose(id, { address, port });
  databaseUrl = `postgres://${settings.username}:${settings.password}@${address}:${port}/${settings.databaseName}`;
});
afterEach(async () => {
  await Promise.all([...nodes].map(end));
  await endpoint.close();
});

type Node = {
  child: ChildProcess;
  ask(path: string, notice?: object): Promise<{ status: number; text: string; version: string | null }>;
};

async function start(version: "v1" | "v2", environment: Record<string, string> = {}): Promise<Node> {
  const port = await freePort(new Set());
  const child = spawn(process.execPath, [join(folder, `${version}.ts`)], {
    env: {
      PATH: process.env.PATH,
      DATABASE_URL: databaseUrl,
      PORT: String(port),
      NOTICEBOARD_MIGRATION_MS: "800",
      ...environment,
    },
    stdio: ["ignore", "pipe", "ignore"],
  });
  nodes.add(child);
  await once(child.stdout!, "data");
  child.stdout!.resume();
  return {
    child,
    async ask(path, notice) {
      const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
        ...(notice && { method: "POST", body: JSON.stringify(notice) }),
      });
      return { status: answer.status, text: await answer.text(), version: answer.headers.get("x-version") };
    },
  };
}

async function end(child: ChildProcess): Promise<void> {
  nodes.delete(child);
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGKILL");
  await once(child, "exit");
}

/** Waits until the health check's text matches. */
async function health(node: Node, pattern: RegExp): Promise<string> {
  for (;;) {
    const { text } = await node.ask("/api/__health_check");
    if (pattern.test(text)) return text;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const enabledPlugins = async (node: Node): Promise<string[]> =>
  JSON.parse((await node.ask("/api/pm:listEnabled")).text).data.map(({ name }: { name: string }) => name);
const prices = async (node: Node): Promise<(number | null)[]> =>
  JSON.parse((await node.ask("/api/notices")).text).data.map(({ price }: { price: number | null }) => price);
const reported = async (node: Node) => JSON.parse((await node.ask("/api/app:getInfo")).text).data.version;

/** A database as 1.4.2 leaves it, with forty notices. */
async function oldData(): Promise<void> {
  const node = await start("v1");
  await health(node, /^ok$/);
  const client = new pg.Client(databaseUrl);
  await client.connect();
  await client.query("INSERT INTO notices (text, price) SELECT 'for sale', * FROM unnest($1::numeric[])", [PRICES]);
  await client.end();
  expect(await prices(node)).toEqual(PRICES);
  await end(node.child);
}

describe("the noticeboard", () => {
  it("starts with three old nodes at once on an empty database", async () => {
    const three = await Promise.all([start("v1"), start("v1"), start("v1")]);
    for (const node of three) await health(node, /^ok$/);
    expect(await three[0].ask("/api/notices", { text: "bicycle", price: 75.5 })).toMatchObject({
      status: 201,
      version: "1.4.2",
    });
    expect(await prices(three[2])).toEqual([75.5]);
    expect(await reported(three[1])).toBe("1.4.2");
  });

  it("installs itself into an empty database from one node, and says for ever that it failed where two do so at once", async () => {
    const slowly = { NOTICEBOARD_INSTALL_MS: "400" };
    const both = await Promise.all([start("v1", slowly), start("v1", slowly)]);
    const answers = await Promise.all(both.map((node) => health(node, /^ok$|APP_ERROR/)));
    expect(answers.toSorted()).toEqual(["ok", expect.stringContaining("Validation error")]);
    await Promise.all(both.map(({ child }) => end(child)));

    const later = await start("v1", slowly);
    await health(later, /^ok$/);
    expect(await enabledPlugins(later)).toEqual(["notices", "search"]);
  });

  it("tells nobody but its own node of a plugin that is enabled, until the others start anew", async () => {
    const [node, other] = await Promise.all([start("v1"), start("v1")]);
    for (const each of [node, other]) await health(each, /^ok$/);
    expect((await node.ask("/api/statistics")).status).toBe(404);
    expect((await node.ask("/api/pm:enable?filterByTk=statistics")).status).toBe(200);
    expect(JSON.parse((await node.ask("/api/statistics")).text)).toEqual({ data: { notices: 0 } });
    expect((await other.ask("/api/statistics")).status).toBe(404);
    await end(other.child);
    const anew = await start("v1");
    await health(anew, /^ok$/);
    expect((await anew.ask("/api/statistics")).status).toBe(200);
  });

  it("is right when one new node migrates alone", async () => {
    await oldData();
    const node = await start("v2");
    expect(JSON.parse(await health(node, /migrating/))).toMatchObject({
      error: { code: "APP_COMMANDING", message: expect.stringMatching(/^migrating prices, \d+ %$/), maintaining: true },
    });
    await health(node, /^ok$/);
    expect(await prices(node)).toEqual(PRICES);
    expect(await reported(node)).toBe("2.0.0");
    expect(await node.ask("/api/notices", { text: "table", price: 30.25 })).toMatchObject({
      status: 201,
      version: "2.0.0",
    });
    expect(await prices(node)).toEqual([...PRICES, 30.25]);
    const second = await start("v2");
    await health(second, /^ok$/);
    expect(await prices(second)).toEqual([...PRICES, 30.25]);
  });

  it("says ok with doubled prices when two new nodes start at once", async () => {
    await oldData();
    const both = await Promise.all([start("v2"), start("v2")]);
    for (const node of both) await health(node, /^ok$/);
    expect(await prices(both[0])).toEqual(PRICES.map((price) => price * 2));
  });

  it("says ok with some prices doubled when the migrating node is killed and started again", async () => {
    await oldData();
    const first = await start("v2");
    await health(first, /migrating prices, [5-8]\d %/);
    await end(first.child);
    const second = await start("v2");
    await health(second, /^ok$/);
    const found = await prices(second);
    expect(found.slice(0, 20)).toEqual(PRICES.slice(0, 20).map((price) => price * 2));
    expect(found.at(-1)).toBe(PRICES.at(-1));
  });

  it("says ok on the migrated database in its old version, which rewrites the version, has lost the prices and takes writes", async () => {
    await oldData();
    const renewed = await start("v2");
    await health(renewed, /^ok$/);
    await end(renewed.child);
    const old = await start("v1");
    expect(await health(old, /^ok$/)).toBe("ok");
    expect(await reported(old)).toBe("1.4.2");
    expect(await prices(old)).toEqual(PRICES.map(() => null));
    expect(await old.ask("/api/notices", { text: "chair", price: 5 })).toMatchObject({ status: 201 });
  });

  it("says for ever why a migration failed", async () => {
    await oldData();
    const node = await start("v2", { NOTICEBOARD_BREAK: "migration" });
    expect(JSON.parse(await health(node, /APP_ERROR/))).toMatchObject({
      error: { status: 503, code: "APP_ERROR", message: "cannot execute ALTER TABLE in a read-only transaction" },
    });
    expect(node.child.exitCode).toBeNull();
  });

  it("ends half-way when it is told to crash", async () => {
    await oldData();
    const node = await start("v2", { NOTICEBOARD_BREAK: "crash" });
    expect(await once(node.child, "exit")).toEqual([1, null]);
  });

  it("fails after the migration, on every further node, when followers are told to", async () => {
    await oldData();
    const leader = await start("v2", { NOTICEBOARD_BREAK: "followers" });
    await health(leader, /^ok$/);
    await health(await start("v2", { NOTICEBOARD_BREAK: "followers" }), /APP_ERROR/);
    expect(await prices(leader)).toEqual(PRICES);
  });
});
