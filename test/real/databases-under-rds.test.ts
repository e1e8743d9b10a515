import type { RDS } from "@aws-sdk/client-rds";
import { afterAll, beforeAll, expect, it } from "vitest";
import { connect, createRdsOnPostgres, type RdsOnPostgres } from "./rds-on-postgres.ts";

const [crm, restored, old] = ["crm", "crm-restored", "crm-old"] as const;
let rds: RdsOnPostgres;
let client: RDS;

beforeAll(async () => {
  rds = await createRdsOnPostgres();
  client = rds.client;
});
afterAll(() => rds.stop());

const instance = (identifier: string) => rds.instance(identifier);
const available = (identifier: string) => rds.available(identifier);

async function query(identifier: string, sql: string, password?: string) {
  const { Endpoint } = await instance(identifier);
  return (await connect(Endpoint!.Address, { port: Endpoint!.Port, password })).rows(sql);
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
  await rds.service.kill(crm);
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
