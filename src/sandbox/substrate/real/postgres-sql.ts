import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";
import type { ServerPlace } from "./postgres-server.ts";

/** The service's own superuser, as RDS has one; its password never leaves the engine. */
export const ADMIN = "rdsadmin";
export type Admin = { place: ServerPlace; password: string };

const { escapeIdentifier: name, escapeLiteral: text } = pg;

/**
 * Makes the master user what it is on RDS: no superuser, but a member of `rds_superuser` that may create databases and roles and owns
 * its databases.
 */
export async function createOwner(
  admin: Admin,
  { username, password, databaseName }: { username: string; password: string; databaseName?: string },
): Promise<void> {
  await query(
    admin,
    `CREATE ROLE rds_superuser;
     GRANT pg_monitor, pg_signal_backend, pg_checkpoint, pg_create_subscription, pg_maintain TO rds_superuser WITH ADMIN OPTION;
     CREATE ROLE ${name(username)} LOGIN CREATEDB CREATEROLE PASSWORD ${text(password)};
     GRANT rds_superuser TO ${name(username)};
     ALTER DATABASE postgres OWNER TO ${name(username)}`,
  );
  if (databaseName && databaseName !== "postgres")
    await query(admin, `CREATE DATABASE ${name(databaseName)} OWNER ${name(username)}`);
}

export async function setOwnerPassword(admin: Admin, username: string, password: string): Promise<void> {
  await query(admin, `ALTER ROLE ${name(username)} PASSWORD ${text(password)}`);
}

/** Writes everything to the data files, so that a copy of them needs little recovery. */
export async function checkpoint(admin: Admin): Promise<void> {
  await query(admin, "CHECKPOINT");
}

/** Bytes of write-ahead log since the data directory was made: grows with every write. */
export async function writePosition(admin: Admin): Promise<number> {
  const rows = await query(admin, "SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn AS position");
  return Number(rows[0]?.position);
}

/** Bytes of the data files, without the write-ahead log. */
export async function dataSize({ dataDirectory }: ServerPlace): Promise<number> {
  const files = await readdir(join(dataDirectory, "base"), { recursive: true, withFileTypes: true });
  const sizes = await Promise.all(
    files
      .filter((file) => file.isFile())
      // A file may be dropped, with its table, between the two looks.
      .map((file) =>
        stat(join(file.parentPath, file.name)).then(
          ({ size }) => size,
          () => 0,
        ),
      ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function query({ place, password }: Admin, statement: string): Promise<Record<string, unknown>[]> {
  const { socketDirectory: host, port } = place;
  const client = new pg.Client({ host, port, user: ADMIN, password, database: "postgres" });
  client.on("error", () => {}); // the pending call below rejects with it
  await client.connect();
  try {
    return (await client.query(statement)).rows;
  } finally {
    await client.end();
  }
}
