import { readdir, readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

/**
 * Runs `body` while every process of a server stands still, so that its files do not change: what a storage snapshot of a single
 * instant sees. The server notices nothing; its clients wait.
 */
export async function whileFrozen<Result>(serverPid: number, body: () => Promise<Result>): Promise<Result> {
  const frozen: number[] = [];
  const freeze = async (pid: number) => {
    try {
      process.kill(pid, "SIGSTOP");
    } catch {
      return; // a client's process that ended meanwhile
    }
    frozen.push(pid);
    while (!"TtZX".includes((await status(pid))?.state ?? "X")) await sleep(1);
  };
  try {
    // The server first: standing still it starts no further process.
    await freeze(serverPid);
    for (const pid of await childrenOf(serverPid)) await freeze(pid);
    return await body();
  } finally {
    for (const pid of frozen.toReversed()) signalIfAlive(pid, "SIGCONT");
  }
}

export function signalIfAlive(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended, which is what every caller would want it to do in the end.
  }
}

async function childrenOf(parent: number): Promise<number[]> {
  const pids = (await readdir("/proc")).map(Number).filter(Number.isInteger);
  const statuses = await Promise.all(pids.map(async (pid) => ({ pid, parent: (await status(pid))?.parent })));
  return statuses.filter((child) => child.parent === parent).map(({ pid }) => pid);
}

async function status(pid: number): Promise<{ state: string; parent: number } | undefined> {
  const line = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
  // The command's name, in parentheses, may hold anything: what counts follows the last one.
  const [state, parent] = line?.slice(line.lastIndexOf(")") + 2).split(" ") ?? [];
  return state && parent ? { state, parent: Number(parent) } : undefined;
}
