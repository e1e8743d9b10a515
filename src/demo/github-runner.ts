import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { parse } from "yaml";

export type JobOptions = {
  /** Where action.yml is. */
  action: string;
  /** Where the job's files go: outputs, state, the summary. */
  directory: string;
  inputs: Record<string, string>;
  /** ACTIONS_ID_TOKEN_REQUEST_URL. */
  idTokenUrl: string;
  repository: { name: string; id: string };
  /** What an input is by default that asks for `github.token`. */
  token?: string;
  /** In the place of what the runner sets. */
  environment?: Record<string, string>;
  onLine: (line: string) => void;
};

/** One step of a job that uses the action. */
export type Job = {
  /** Runs the action's main script to its end. Answers its exit code. */
  main(): Promise<number>;
  /** Runs its post script, with the state that the main script saved. */
  post(): Promise<number>;
  /** Cancels as GitHub does: SIGINT, SIGTERM after 7.5 s, SIGKILL 2.5 s later. */
  cancel(): Promise<void>;
  outputs(): Promise<Record<string, string>>;
  summaryFile: string;
  /** Ends what still runs at once. */
  kill(): Promise<void>;
};

type Action = { inputs?: Record<string, { default?: string }>; runs: { main: string; post: string } };

/** Does for the action what GitHub's runner does: defaults of inputs, environment files, the state from main to post. */
export async function prepareJob(options: JobOptions): Promise<Job> {
  const { action, directory, onLine } = options;
  const { inputs = {}, runs } = parse(await readFile(join(action, "action.yml"), "utf8")) as Action;
  const file = (name: string) => join(directory, name);
  const summaryFile = file("summary.md");
  const [outputs, state] = [file("outputs"), file("state")];
  await mkdir(directory, { recursive: true });
  for (const path of [outputs, state, summaryFile]) await writeFile(path, "");
  const given = { ...defaultsOf(inputs, options.token), ...options.inputs };
  const environment = {
    PATH: process.env.PATH,
    CI: "true",
    GITHUB_ACTIONS: "true",
    GITHUB_OUTPUT: outputs,
    GITHUB_STATE: state,
    GITHUB_STEP_SUMMARY: summaryFile,
    GITHUB_SERVER_URL: "https://github.com",
    GITHUB_REPOSITORY: options.repository.name,
    GITHUB_REPOSITORY_ID: options.repository.id,
    GITHUB_RUN_ID: "1",
    GITHUB_RUN_ATTEMPT: "1",
    GITHUB_JOB: "upgrade",
    GITHUB_ACTION: "intermission",
    ...options.environment,
    ACTIONS_ID_TOKEN_REQUEST_URL: options.idTokenUrl,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: "the-job's-own",
    ...Object.fromEntries(Object.entries(given).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])),
  };
  let running: ChildProcess | undefined;

  async function run(script: string, more: Record<string, string> = {}): Promise<number> {
    const child = spawn(process.execPath, [join(action, script)], {
      cwd: directory,
      env: { ...environment, ...more },
      stdio: ["ignore", "pipe", "pipe"],
    });
    running = child;
    for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on("line", onLine);
    const [code] = (await once(child, "close")) as [number | null];
    running = undefined;
    return code ?? 1;
  }

  return {
    main: () => run(runs.main),
    async post() {
      const saved = parseEnvironmentFile(await readFile(state, "utf8"));
      return run(runs.post, Object.fromEntries(Object.entries(saved).map(([name, value]) => [`STATE_${name}`, value])));
    },
    async cancel() {
      const child = running;
      child?.kill("SIGINT");
      await gone(child, 7_500);
      child?.kill("SIGTERM");
      await gone(child, 2_500);
      child?.kill("SIGKILL");
    },
    outputs: async () => parseEnvironmentFile(await readFile(outputs, "utf8")),
    summaryFile,
    async kill() {
      const child = running;
      child?.kill("SIGKILL");
      await gone(child, 5_000);
    },
  };
}

const defaultsOf = (inputs: NonNullable<Action["inputs"]>, token = ""): Record<string, string> =>
  Object.fromEntries(
    Object.entries(inputs).map(([name, input]) => [
      name,
      (input.default ?? "").replace(/\$\{\{ github\.token \}\}/, token),
    ]),
  );

async function gone(child: ChildProcess | undefined, withinMs: number): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const late = new AbortController();
  await Promise.race([once(child, "exit"), sleep(withinMs, undefined, { signal: late.signal }).catch(() => {})]);
  late.abort();
}

/** `NAME<<DELIMITER`, lines, `DELIMITER`: how a step writes outputs and state. */
export function parseEnvironmentFile(text: string): Record<string, string> {
  const entries = [...text.matchAll(/^(.+?)<<(ghadelimiter_.+)\n([\s\S]*?)\n?\2$/gm)];
  return Object.fromEntries(entries.map(([, name, , value]) => [name, value]));
}
