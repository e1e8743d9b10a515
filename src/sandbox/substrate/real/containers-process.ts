import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { stat } from "node:fs/promises";
import { constants, tmpdir } from "node:os";
import { createInterface } from "node:readline";
import type { ContainerSpec } from "../containers.ts";
import { fillMounts, type MountedFolder, placePath } from "./containers-volumes.ts";

const KEPT_LINES = 200;

/** A container's program as a process group of its own, without a shell around it. */
export type ContainerProcess = {
  pid: number;
  exited: Promise<{ exitCode: number }>;
  signal(signal: "SIGTERM" | "SIGKILL"): void;
  check(command: string[], timeoutMs: number): Promise<boolean>;
  lines(): string[];
};

/** `port` is where the program is to listen, on 127.0.0.1. Rejects where the command or the working directory is not there. */
export async function startProcess(
  spec: ContainerSpec,
  { port, folders = [] }: { port: number; folders?: MountedFolder[] },
): Promise<ContainerProcess> {
  const { program } = spec.image;
  const fill = (text: string) =>
    fillMounts(text, folders)
      .replaceAll("{host}", "127.0.0.1")
      .replaceAll("{port}", String(port))
      .replaceAll("{task}", spec.taskId);
  const [file, ...parameters] = (spec.command ?? program.command).map(fill);
  if (!file) throw new Error(`expected a command for ${spec.image.reference}, found none`);
  const cwd = program.workingDirectory ?? process.cwd();
  if (!(await isDirectory(cwd))) throw new Error(`expected a working directory at ${cwd}, found none`);
  const env = environmentOf(spec, (text) => placePath(fill(text), folders), port);

  const child = spawn(file, parameters, { cwd, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  const exited = exitOf(child);
  const lines = linesOf(child, spec.onLine);
  try {
    await once(child, "spawn");
  } catch (cause) {
    throw new Error(`cannot run ${file}: ${(cause as Error).message}`, { cause });
  }
  return {
    pid: child.pid!,
    exited,
    lines: () => [...lines],
    signal: (signal) => signalGroup(child.pid!, signal),
    check: (command, timeoutMs) =>
      runCheck(
        command.map((word) => fill(withTaskAddress(word, spec))),
        { cwd, env, timeoutMs },
      ),
  };
}

/**
 * The image's variables under the definition's, and none of this machine's. An image's variable with a placeholder tells the program where to listen
 * here, so a definition that names the port of the real container does not replace it.
 */
function environmentOf(spec: ContainerSpec, fill: (text: string) => string, port: number): Record<string, string> {
  const ofImage = Object.entries(spec.image.program.environment ?? {});
  const placed = ofImage.filter(([, value]) => /\{(port|host)\}/.test(value));
  const merged = { ...Object.fromEntries(ofImage), ...spec.environment, ...Object.fromEntries(placed) };
  return {
    PATH: process.env.PATH ?? "",
    HOME: tmpdir(),
    LANG: "C.UTF-8",
    ...Object.fromEntries(Object.entries(merged).map(([name, value]) => [name, fill(value)])),
    PORT: String(port),
  };
}

/** A health check says `localhost:8080` and means the container's own; here that is the task's address. */
const withTaskAddress = (
  word: string,
  { address, containerPorts, publishedPorts = containerPorts }: ContainerSpec,
): string =>
  containerPorts.reduce(
    (text, port, i) =>
      text.replace(new RegExp(`\\b(localhost|127\\.0\\.0\\.1):${port}\\b`, "g"), `${address}:${publishedPorts[i]}`),
    word,
  );

async function runCheck(
  [kind, ...words]: string[],
  { cwd, env, timeoutMs }: { cwd: string; env: Record<string, string>; timeoutMs: number },
): Promise<boolean> {
  const [file, ...parameters] =
    kind === "CMD-SHELL" ? ["/bin/sh", "-c", words.join(" ")] : kind === "CMD" ? words : [kind, ...words];
  const child = spawn(file ?? "", parameters as string[], { cwd, env, detached: true, stdio: "ignore" });
  const timeOut = setTimeout(() => child.pid && signalGroup(child.pid, "SIGKILL"), timeoutMs);
  try {
    return (await exitOf(child)).exitCode === 0;
  } finally {
    clearTimeout(timeOut);
  }
}

/** 128 + signal after a signal, 127 where there is nothing to run: as a shell and a container say it. */
function exitOf(child: ChildProcess): Promise<{ exitCode: number }> {
  return new Promise((resolve) => {
    child.on("error", () => resolve({ exitCode: 127 }));
    child.on("exit", (code, signal) => {
      // A container's other processes do not outlive its first one.
      if (child.pid) signalGroup(child.pid, "SIGKILL");
      resolve({ exitCode: code ?? 128 + constants.signals[signal ?? "SIGKILL"] });
    });
  });
}

function linesOf(child: ChildProcess, onLine: (line: string) => void = () => {}): string[] {
  const lines: string[] = [];
  for (const stream of [child.stdout!, child.stderr!]) {
    createInterface({ input: stream }).on("line", (line) => {
      lines.push(line);
      onLine(line);
      if (lines.length > KEPT_LINES) lines.shift();
    });
  }
  return lines;
}

function signalGroup(pid: number, signal: "SIGTERM" | "SIGKILL"): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

const isDirectory = async (path: string): Promise<boolean> =>
  (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
