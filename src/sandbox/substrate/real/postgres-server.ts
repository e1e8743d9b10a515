import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { Socket } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Postgres } from "./postgres-binaries.ts";
import { signalIfAlive } from "./postgres-processes.ts";

/** One PostgreSQL server process, listening on a Unix socket only. */
export type PostgresServer = {
  pid: number;
  running(): boolean;
  /** A clean stop ends transactions and writes a checkpoint; a crash does neither, the next start recovers. */
  stop(how: "clean" | "crash"): Promise<void>;
};

/** `port` only tells apart servers in one socket directory. */
export type ServerPlace = { dataDirectory: string; socketDirectory: string; port: number };
export const socketPath = ({ socketDirectory, port }: ServerPlace) => join(socketDirectory, `.s.PGSQL.${port}`);

// Without fsync everything survives the server but not the operating system, which is enough for a sandbox.
// Small write-ahead logs keep the copies small.
const SETTINGS = [
  "listen_addresses=",
  "fsync=off",
  "shared_buffers=32MB",
  "min_wal_size=2MB",
  "max_wal_size=64MB",
  "log_min_messages=warning",
];

/** Resolves when the server accepts connections. */
export async function startServer({ postgres, account }: Postgres, place: ServerPlace): Promise<PostgresServer> {
  const settings = [...SETTINGS, `unix_socket_directories=${place.socketDirectory}`].flatMap((text) => ["-c", text]);
  // A session of its own, so that Ctrl-C in a terminal reaches us only.
  const child = spawn(postgres, ["-D", place.dataDirectory, "-p", String(place.port), ...settings], {
    ...account,
    stdio: ["ignore", "ignore", "pipe"],
    detached: true,
  });
  await once(child, "spawn");
  const pid = child.pid!;
  const exited = once(child, "exit");
  const guard = startGuard(pid);
  child.once("exit", () => guard.kill("SIGKILL"));
  await ready(child);
  const running = () => child.exitCode === null && child.signalCode === null;
  return {
    pid,
    running,
    async stop(how) {
      if (running()) signalIfAlive(pid, how === "clean" ? "SIGINT" : "SIGQUIT");
      await exited;
    },
  };
}

async function ready(child: ChildProcess): Promise<void> {
  const lines: string[] = [];
  await new Promise<void>((resolve, reject) => {
    createInterface({ input: child.stderr! }).on("line", (line) => {
      lines.push(line);
      if (lines.length > 20) lines.shift();
      if (line.includes("database system is ready to accept connections")) resolve();
    });
    child.once("close", () => reject(new Error(`PostgreSQL did not start: ${lines.join("\n")}`)));
  });
}

/** Ends the server when this process is gone, whatever ended it: only then does the guard's standard input end. */
function startGuard(pid: number): ChildProcess {
  const guard = spawn("/bin/sh", ["-c", 'read -r _; kill -QUIT "$1"; kill -CONT "$1"', "guard", String(pid)], {
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
  });
  guard.unref();
  (guard.stdin as Socket).unref();
  return guard;
}
