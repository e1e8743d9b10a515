import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import type { DatabaseEngine } from "../../src/sandbox/substrate/databases.ts";
import { createRealDatabases } from "../../src/sandbox/substrate/real/databases.ts";

const settings = { username: "app", password: 'it\'s "secret"', databaseName: "notice board" };
let databases: DatabaseEngine;
let directory: string;
let nextPort = 40_000 + (process.pid % 10_000);

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "databases-"));
  databases = createRealDatabases({ directory });
  await databases.create("first", settings);
});
afterAll(() => databases.shutDown());

const endpointOf = (identifier: string) => ({ address: databases.addressOf(identifier), port: nextPort++ });

async function connect(endpoint: { address: string; port: number }, password = settings.password) {
  const { address: host, port } = endpoint;
  const client = new pg.Client({ host, port, user: settings.username, password, database: settings.databaseName });
  let lost = false;
  client.on("error", () => {
    lost = true;
  });
  await client.connect();
  onTestFinished(() => client.end().catch(() => {}));
  return { rows: async (sql: string) => (await client.query(sql)).rows, isLost: () => lost };
}

async function open(id: string) {
  const endpoint = endpointOf(id);
  const exposed = await databases.expose(id, endpoint);
  onTestFinished(() => exposed.close());
  return { endpoint, exposed, ...(await connect(endpoint)) };
}

describe("real databases", () => {
  it("gives the master user what RDS gives it: its databases and roles, but no superuser", async () => {
    const { rows } = await open("first");
    await rows("CREATE TABLE mine (n int); CREATE ROLE helper; DROP ROLE helper");
    expect(
      await rows(
        "SELECT rolsuper, rolcreatedb, pg_has_role('rds_superuser', 'member') AS rds FROM pg_roles WHERE rolname = current_user",
      ),
    ).toEqual([{ rolsuper: false, rolcreatedb: true, rds: true }]);
    await expect(rows("COPY mine TO PROGRAM 'true'")).rejects.toThrow("permission denied");
  });

  it("snapshots exactly what was acknowledged, under writes that go on", async () => {
    const { rows } = await open("first");
    const writer = await connect(await reexposed("first"));
    await rows("CREATE TABLE numbers (n int PRIMARY KEY)");
    let acknowledged = 0;
    let writing = true;
    const writes = (async () => {
      while (writing) {
        await writer.rows(`INSERT INTO numbers VALUES (${acknowledged + 1})`);
        acknowledged += 1;
      }
    })();
    // Checkpoints amid the copy would tear one that is not of a single moment.
    const checkpointer = await connect(await reexposed("first"));
    const checkpoints = (async () => {
      while (writing) await checkpointer.rows("CHECKPOINT");
    })();
    while (acknowledged < 200) await sleep(5);

    const before = acknowledged;
    const content = await databases.snapshot("first", "under-writes");
    const after = acknowledged + 1;
    while (acknowledged < after + 200) await sleep(5);
    writing = false;
    await Promise.all([writes, checkpoints]);

    await databases.restore("under-writes", "second");
    const restored = await open("second");
    const [found] = await restored.rows("SELECT count(*)::int AS count, max(n)::int AS last FROM numbers");
    expect(found?.count).toBe(found?.last);
    expect(found?.last).toBeGreaterThanOrEqual(before);
    expect(found?.last).toBeLessThanOrEqual(after);
    expect(content.changedBytes).toBe(content.sizeBytes);

    await restored.rows("INSERT INTO numbers VALUES (1000000)");
    expect(await rows("SELECT n FROM numbers WHERE n = 1000000")).toEqual([]);
  });

  it("counts only what changed since the last snapshot", async () => {
    const { rows } = await open("first");
    await databases.snapshot("first", "base");
    const { changedBytes: little } = await databases.snapshot("first", "little");
    await rows("CREATE TABLE much AS SELECT repeat('x', 1000) AS text FROM generate_series(1, 5000)");
    const { changedBytes: much, sizeBytes } = await databases.snapshot("first", "much");
    expect(little).toBeLessThan(100_000);
    expect(much).toBeGreaterThan(5_000_000);
    expect(sizeBytes).toBeGreaterThan(5_000_000);
  });

  it("restores a snapshot of its own copy, with the password of its time", async () => {
    await databases.snapshot("first", "old-password");
    await databases.copySnapshot("old-password", "copied");
    await databases.removeSnapshot("old-password");
    await databases.setPassword("first", { username: "app", password: "changed" });
    onTestFinished(() => databases.setPassword("first", settings));
    await databases.restore("copied", "third");
    const endpoint = await reexposed("third");
    await expect(connect(endpoint, "changed")).rejects.toThrow("password authentication failed");
    await connect(endpoint);
    await expect(connect(await reexposed("first"))).rejects.toThrow("password authentication failed");
    await connect(await reexposed("first"), "changed");
  });

  it("cuts open connections when an endpoint closes, and serves the database at the next one", async () => {
    const { isLost, exposed, endpoint } = await open("first");
    await exposed.close();
    await expect.poll(isLost).toBe(true);
    await expect(connect(endpoint)).rejects.toThrow("ECONNREFUSED");
    await connect(await reexposed("first"));
  });

  it("gives an identifier one address, and another engine's another, so that two sandboxes can run", async () => {
    const other = createRealDatabases({ directory: join(directory, "elsewhere") });
    expect(databases.addressOf("crm-db")).toBe(databases.addressOf("crm-db"));
    expect(databases.addressOf("crm-db")).not.toBe(other.addressOf("crm-db"));
    expect(databases.addressOf("crm-db")).toMatch(/^127\.32\./);
  });

  it("refuses a directory that has files, and does not delete them", async () => {
    const full = await mkdtemp(join(tmpdir(), "databases-"));
    onTestFinished(() => rm(full, { recursive: true }));
    await writeFile(join(full, "mine"), "");
    const other = createRealDatabases({ directory: full });
    await expect(other.create("any", settings)).rejects.toThrow("expected an empty directory");
    await other.shutDown();
    expect(await readdir(full)).toEqual(["mine"]);
  });

  it("refuses an endpoint that something else has", async () => {
    const { endpoint } = await open("first");
    await expect(databases.expose("first", endpoint)).rejects.toThrow(`cannot listen at ${endpoint.address}`);
  });

  it("keeps every acknowledged write through a crash, and refuses connections until it is started", async () => {
    const { rows, isLost, endpoint } = await open("first");
    await rows("CREATE TABLE kept AS SELECT 1 AS n");
    await databases.stop("first", "crash");
    await expect.poll(isLost).toBe(true);
    await expect(connect(endpoint)).rejects.toThrow();
    await databases.start("first");
    expect(await (await connect(endpoint)).rows("SELECT n FROM kept")).toEqual([{ n: 1 }]);
  });

  it("forgets a removed database", async () => {
    await databases.create("short-lived", settings);
    await databases.remove("short-lived");
    await expect(databases.stop("short-lived", "clean")).rejects.toThrow("no database short-lived");
    expect(await readdir(directory)).not.toContain("database-short-lived");
  });

  it("leaves nothing of a database whose creation failed", async () => {
    await expect(databases.create("bad", { ...settings, username: "rdsadmin" })).rejects.toThrow("already exists");
    expect(await readdir(directory)).not.toContain("database-bad");
  });

  it.each(["SIGINT", "SIGKILL"] as const)("leaves no server behind when its process gets %s", async (signal) => {
    const module = join(import.meta.dirname, "../../src/sandbox/substrate/real/databases.ts");
    const own = await mkdtemp(join(tmpdir(), "databases-"));
    onTestFinished(() => rm(own, { recursive: true }));
    const program = `
      const { createRealDatabases } = await import(${JSON.stringify(module)});
      await createRealDatabases({ directory: ${JSON.stringify(own)} }).create("only", { username: "app", password: "x" });
      console.log("ready");
      setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", program], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    onTestFinished(() => void child.kill("SIGKILL"));
    await once(createInterface({ input: child.stdout }), "line");
    expect(await serversIn(own)).toHaveLength(1);
    child.kill(signal);
    await expect.poll(() => serversIn(own), { timeout: 10_000 }).toEqual([]);
  });
});

async function reexposed(id: string) {
  const endpoint = endpointOf(id);
  const exposed = await databases.expose(id, endpoint);
  onTestFinished(() => exposed.close());
  return endpoint;
}

async function serversIn(directory: string): Promise<string[]> {
  const lines = await Promise.all(
    (await readdir("/proc"))
      .filter((pid) => /^\d+$/.test(pid))
      .map((pid) => readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")),
  );
  return lines.filter((line) => line.includes(`-D\0${directory}`));
}
