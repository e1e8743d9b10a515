import { randomBytes } from "node:crypto";
import { chown, mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { can, findPostgres, type Postgres, run } from "./postgres-binaries.ts";
import { ADMIN } from "./postgres-sql.ts";

/** An initialised, empty data directory to copy, and what the copies share. */
export type Template = {
  postgres: Postgres;
  dataDirectory: string;
  adminPassword: string;
  socketDirectory: string;
  /** Copies a data directory whose server does not run, or stands still. */
  copy: (from: string, to: string) => Promise<void>;
};

/** `initdb` takes most of a second, a copy a tenth of that. */
export async function createTemplate(directory: string): Promise<Template> {
  await mkdir(directory, { recursive: true });
  if ((await readdir(directory)).length)
    throw new Error(`expected an empty directory for the databases, but ${directory} has files`);
  const postgres = await findPostgres(join(directory, "postgresql"));
  const { account } = postgres;
  const give = async (path: string) => {
    if (account.uid !== undefined && account.gid !== undefined) await chown(path, account.uid, account.gid);
  };
  await give(directory);
  if (!(await can(account, "-w", directory)))
    throw new Error(
      `the databases' directory ${directory} cannot be reached by user ${account.uid}, which PostgreSQL runs as: choose one whose parents everybody may enter`,
    );
  const socketDirectory = join(directory, "sockets");
  await mkdir(socketDirectory);
  await give(socketDirectory);

  const dataDirectory = join(directory, "template");
  const adminPassword = randomBytes(16).toString("hex");
  const passwordFile = join(socketDirectory, "password");
  await writeFile(passwordFile, adminPassword, { mode: 0o600 });
  await give(passwordFile);
  const options = [`--pgdata=${dataDirectory}`, `--username=${ADMIN}`, `--pwfile=${passwordFile}`, "--no-sync"];
  // Names are sorted as RDS sorts them (en_US), whichever locales this machine has.
  const locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=icu", "--icu-locale=en-US"];
  await run(postgres.initdb, [...options, ...locale, "--auth=scram-sha-256", "--wal-segsize=1"], account);
  await rm(passwordFile);

  return {
    postgres,
    dataDirectory,
    adminPassword,
    socketDirectory,
    copy: async (from, to) => {
      await run("cp", ["-a", from, to], account);
      // These name a running server, and it is not the copy's.
      for (const file of ["postmaster.pid", "postmaster.opts"]) await rm(join(to, file), { force: true });
    },
  };
}
