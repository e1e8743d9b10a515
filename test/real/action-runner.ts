import { type ChildProcess, spawn } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

/** What the runner does for a step of a JavaScript action: environment files, inputs as variables, state for the post step. */
export type Runner = {
  start(script: "index.js" | "cleanup.js", env?: Record<string, string>): Step;
  /** The environment files of the job so far. */
  outputs(): Promise<Record<string, string>>;
  summary(): Promise<string>;
  /** Kills what still runs. */
  stop(): void;
};
export type Step = {
  process: ChildProcess;
  output(): string;
  /** Resolves once the output matches. */
  shows(pattern: RegExp): Promise<void>;
  exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
};

export async function createRunner(options: {
  dist: string;
  folder: string;
  inputs: Record<string, string>;
  oidc: string;
}): Promise<Runner> {
  const { dist, folder, inputs, oidc } = options;
  const file = (name: string) => join(folder, name);
  for (const name of ["output", "state", "summary"]) await writeFile(file(name), "");
  const inputVariables = Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]);

  const children = new Set<ChildProcess>();

  function start(script: string, env: Record<string, string>): Step {
    const child = spawn(process.execPath, [join(dist, script)], {
      cwd: folder,
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        PATH: process.env.PATH,
        GITHUB_ACTIONS: "true",
        GITHUB_OUTPUT: file("output"),
        GITHUB_STATE: file("state"),
        GITHUB_STEP_SUMMARY: file("summary"),
        GITHUB_REPOSITORY: "octo/crm",
        GITHUB_REPOSITORY_ID: "123456",
        GITHUB_RUN_ID: "77",
        GITHUB_RUN_ATTEMPT: "2",
        GITHUB_JOB: "upgrade",
        GITHUB_ACTION: "window",
        GITHUB_SERVER_URL: "https://github.com",
        ACTIONS_ID_TOKEN_REQUEST_URL: `${oidc}/token?api-version=2.0`,
        ACTIONS_ID_TOKEN_REQUEST_TOKEN: "request-token",
        ...Object.fromEntries(inputVariables),
        ...env,
      },
    });
    children.add(child);
    child.once("close", () => children.delete(child));
    let text = "";
    for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk: Buffer) => (text += chunk));
    const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) =>
      child.once("close", (code, signal) => resolve({ code, signal })),
    );
    const shows = (pattern: RegExp) =>
      new Promise<void>((resolve, reject) => {
        const look = () => pattern.test(text) && resolve();
        child.stdout?.on("data", look);
        look();
        void exited.then(() =>
          pattern.test(text) ? resolve() : reject(new Error(`ended without ${pattern}:\n${text}`)),
        );
      });
    return { process: child, output: () => text, shows, exited };
  }

  return {
    start: (script, env = {}) => start(script, env),
    outputs: async () => parseEnvironmentFile(await readFile(file("output"), "utf8")),
    summary: () => readFile(file("summary"), "utf8"),
    stop: () => {
      for (const child of children) child.kill("SIGKILL");
    },
  };
}

/** The state of the main step, as variables for the post step. */
export async function savedState(folder: string): Promise<Record<string, string>> {
  const state = parseEnvironmentFile(await readFile(join(folder, "state"), "utf8"));
  return Object.fromEntries(Object.entries(state).map(([name, value]) => [`STATE_${name}`, value]));
}

function parseEnvironmentFile(text: string): Record<string, string> {
  const entries = [...text.matchAll(/^(.+?)<<(ghadelimiter_.+)\n([\s\S]*?)\n?\2$/gm)];
  return Object.fromEntries(entries.map(([, name, , value]) => [name, value]));
}

export type Listening = { url: string; port: number; close(): Promise<void> };

export async function listen(server: Server): Promise<Listening> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const close = () =>
    new Promise<void>((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    });
  return { url: `http://127.0.0.1:${port}`, port, close };
}

/** A fetch as a server. */
export function serve(fetch: typeof globalThis.fetch): Server {
  return createServer((request, response) => {
    answer(fetch, request, response).catch(() => response.destroy());
  });
}

async function answer(
  fetch: typeof globalThis.fetch,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  const answered = await fetch(`http://${request.headers.host}${request.url}`, {
    method: request.method,
    headers: request.headers as Record<string, string>,
    body: request.method === "POST" ? await bodyOf(request) : undefined,
    signal: gone.signal,
  });
  response.writeHead(answered.status, Object.fromEntries(answered.headers)).end(await answered.text());
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) text += chunk;
  return text;
}
