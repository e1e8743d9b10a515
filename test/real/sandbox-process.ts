import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export type Ready = {
  aws: string;
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
  api: { github: string; operator: string };
  oidc: { issuer: string; token: string };
  targets: Record<string, { url: string }>;
  control: string;
};

const MAIN = fileURLToPath(new URL("../../src/sandbox/main.ts", import.meta.url));

/** `npm run sandbox`, without npm. */
export function spawnSandbox(...args: string[]) {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  const output = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk: Buffer) => {
    output.stdout += chunk.toString();
  });
  child.stderr.on("data", (chunk: Buffer) => {
    output.stderr += chunk.toString();
  });
  const exited = once(child, "exit").then(([code, signal]) => ({ code, signal }) as Exit);
  const until = async (stream: "stdout" | "stderr", text: string) => {
    while (!output[stream].includes(text)) {
      const more = Promise.withResolvers<void>();
      child[stream].once("data", () => more.resolve());
      const gone = await Promise.race([more.promise, exited]);
      if (gone && !output[stream].includes(text)) throw new Error(`it ended (${gone.code}):\n${output.stderr}`);
    }
  };
  return {
    child,
    output,
    exited,
    until,
    async ready(): Promise<Ready> {
      await until("stdout", "\n");
      return JSON.parse(output.stdout) as Ready;
    },
  };
}
type Exit = { code: number | null; signal: string | null };

/** Every process below one, itself not included. */
export function descendants({ pid }: Pick<ChildProcess, "pid">): number[] {
  const parents = new Map(processes().map((each) => [each, parentOf(each)]));
  const below = (parent: number): number[] =>
    [...parents].filter(([, of]) => of === parent).flatMap(([each]) => [each, ...below(each)]);
  return below(pid!);
}

/** Those of the processes that still run. */
export const alive = (pids: number[]): string[] =>
  pids.filter((pid) => parentOf(pid) !== undefined).map((pid) => `${pid} ${commandOf(pid)}`);

const processes = () =>
  readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number);

function parentOf(pid: number): number | undefined {
  const stat = readProc(pid, "stat");
  const [state, parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return state === undefined || state === "" || state === "Z" ? undefined : Number(parent);
}
const commandOf = (pid: number) => readProc(pid, "cmdline").replaceAll("\0", " ").slice(0, 100);

function readProc(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return "";
  }
}
