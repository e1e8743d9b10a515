import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as sdk from "@aws-sdk/client-rds";
import { RDS } from "@aws-sdk/client-rds";
import pg from "pg";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { createEventLog } from "../../src/sandbox/cloud/event-log.ts";
import { createRds, type Rds } from "../../src/sandbox/cloud/rds/rds.ts";
import { latenciesSchema, switchesSchema } from "../../src/sandbox/cloud/settings.ts";
import { createIds, createTimers } from "../../src/sandbox/cloud/world.ts";
import type { DatabaseEngine } from "../../src/sandbox/substrate/databases.ts";
import { createRealDatabases } from "../../src/sandbox/substrate/real/databases.ts";
import { createEndpoint, inProcess } from "../../src/sandbox/wire/server.ts";
import { describeService } from "../../src/sandbox/wire/service.ts";

const [crm, restored, old] = ["crm", "crm-restored", "crm-old"] as const;
let databases: DatabaseEngine;
let service: Rds;
let client: RDS;

beforeAll(async () => {
  databases = createRealDatabases({ directory: await mkdtemp(join(tmpdir(), "databases-")) });
  const quick = {
    snapshotMs: 50,
    instanceMs: 50,
    modifyMs: 50,
    renameMs: 50,
    renameDnsMs: 300,
    rebootMs: 200,
    deleteMs: 50,
  };
  service = createRds(
    {
      account: "111122223333",
      region: "eu-west-1",
      clock: systemClock,
      timers: createTimers(),
      ids: createIds(1),
      log: createEventLog(systemClock),
      latencies: latenciesSchema.parse({ rds: quick }),
      switches: switchesSchema.parse({}),
    },
    { databases },
  );
  client = new RDS({
    region: "eu-west-1",
    endpoint: "http://sandbox",
    credentials: { accessKeyId: "A", secretAccessKey: "S" },
    requestHandler: inProcess(
      createEndpoint({ mounts: [{ service: describeService(sdk, sdk.RDSClient), handlers: service.handlers }] }),
    ),
  });
});
afterAll(async () => {
  await service.stop();
  await databases.shutDown();
});

const instance = async (identifier: string) =>
  (await client.describeDBInstances({ DBInstanceIdentifier: identifier })).DBInstances![0]!;
const available = (identifier: string) =>
  expect.poll(async () => (await instance(identifier)).DBInstanceStatus, { timeout: 20_000 }).toBe("available");

async function query(identifier: string, sql: string, password = "secret-password") {
  const { Endpoint } = await instance(identifier);
  const login = { user: "app", password, database: "notes" };
  const connection = new pg.Client({ host: Endpoint!.Address, port: Endpoint!.Port, ...login });
  connection.on("error", () => {});
  onTestFinished(() => connection.end().catch(() => {}));
  await connection.connect();
  return (await connection.query(sql)).rows;
}

it("goes back to a snapshot under the old name, by restore and two renames, on a real PostgreSQL", async () => {
  await client.createDBInstance({
    DBInstanceIdentifier: crm,
    DBInstanceClass: "db.t4g.medium",
    Engine: "postgres",
    AllocatedStorage: 20,
    MasterUsername: "app",
    MasterUserPassword: "secret-password",
    DBName: "notes",
  });
  await available(crm);
  await query(crm, "CREATE TABLE notes AS SELECT 'before' AS text");
  await client.createDBSnapshot({ DBSnapshotIdentifier: "one", DBInstanceIdentifier: crm });
  await query(crm, "UPDATE notes SET text = 'migrated'");
  await available(crm);

  await client.restoreDBInstanceFromDBSnapshot({ DBInstanceIdentifier: restored, DBSnapshotIdentifier: "one" });
  await available(restored);
  expect(await query(restored, "SELECT text FROM notes")).toEqual([{ text: "before" }]);
  const rename = async (from: string, to: string) => {
    await client.modifyDBInstance({ DBInstanceIdentifier: from, NewDBInstanceIdentifier: to, ApplyImmediately: true });
    await expect(query(from, "SELECT")).rejects.toThrow("ECONNREFUSED");
    await expect
      .poll(
        () =>
          query(to, "SELECT text FROM notes").then(
            ([row]) => row.text,
            () => "unreachable",
          ),
        { timeout: 20_000 },
      )
      .not.toBe("unreachable");
  };
  await rename(crm, old);
  await rename(restored, crm);
  expect(await query(crm, "SELECT text FROM notes")).toEqual([{ text: "before" }]);
  expect(await query(old, "SELECT text FROM notes")).toEqual([{ text: "migrated" }]);
});

it("loses no acknowledged write when the database is killed", async () => {
  await query(crm, "CREATE TABLE acknowledged AS SELECT 1 AS n");
  await service.kill(crm);
  await expect(query(crm, "SELECT")).rejects.toThrow();
  await expect
    .poll(() => query(crm, "SELECT n FROM acknowledged").catch(() => []), { timeout: 20_000 })
    .toEqual([{ n: 1 }]);
});

it("takes a final snapshot that a restore brings back with the new password", async () => {
  await client.modifyDBInstance({ DBInstanceIdentifier: crm, MasterUserPassword: "another-password" });
  await available(crm);
  await client.deleteDBInstance({ DBInstanceIdentifier: crm, FinalDBSnapshotIdentifier: "last" });
  await expect
    .poll(() => instance(crm).catch((error: Error) => error.name), { timeout: 20_000 })
    .toBe("DBInstanceNotFoundFault");
  await client.restoreDBInstanceFromDBSnapshot({ DBInstanceIdentifier: crm, DBSnapshotIdentifier: "last" });
  await available(crm);
  await expect(query(crm, "SELECT")).rejects.toThrow("password authentication failed");
  expect(await query(crm, "SELECT text FROM notes", "another-password")).toEqual([{ text: "before" }]);
});
