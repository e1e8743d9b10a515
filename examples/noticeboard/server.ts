import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import pg from "pg";
import { createPlugins } from "./plugins.ts";
import { createTable } from "./tables.ts";

/** One version of the noticeboard: what it calls itself, how it changes the database when it starts, how it reads and writes notices. */
export type Version = {
  version: string;
  /** Runs at every start, on every node, without a lock: exactly what makes a cluster of it impossible to upgrade online. */
  prepare(database: pg.Pool, start: Start): Promise<void>;
  list(database: pg.Pool): Promise<Notice[]>;
  post(database: pg.Pool, notice: Notice): Promise<number>;
};
export type Notice = { id?: number; text: string; price: number | null };
export type Start = {
  /** Shown by the health check while the node is not ready. */
  say(message: string): void;
  /** What goes wrong, for demonstrations: NOTICEBOARD_BREAK. */
  breakage: string | undefined;
};

type Phase = { kind: "starting"; message: string } | { kind: "running" } | { kind: "failed"; message: string };

/** Serves one version: health and version as NocoBase answers them, notices under /api/notices. */
export async function serve({ version, prepare, list, post }: Version): Promise<void> {
  const {
    HOST = "127.0.0.1",
    PORT = "3000",
    DATABASE_URL,
    NODE_NAME = String(process.pid),
    NOTICEBOARD_BREAK,
  } = process.env;
  if (!DATABASE_URL) throw new Error("expected DATABASE_URL, found none");
  const database = new pg.Pool({ connectionString: DATABASE_URL, max: 4 });
  database.on("error", (error) => console.error(`database: ${error.message}`));
  let phase: Phase = { kind: "starting", message: "" };
  const plugins = createPlugins(database);

  const server = createServer((request, response) => void answer(request, response));
  server.listen(Number(PORT), HOST, () => console.log(`noticeboard ${version} listens on ${HOST}:${PORT}`));
  process.on("SIGTERM", () => process.exit(0));

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "http://noticeboard");
    const path = url.pathname;
    response.setHeader("x-node", NODE_NAME);
    response.setHeader("x-version", version);
    try {
      if (phase.kind !== "running") return json(response, 503, notRunning(phase));
      if (path === "/api/__health_check") return void response.end("ok");
      if (path === "/api/app:getInfo")
        return json(response, 200, { data: { ...(await readInfo(database)), name: "main" } });
      if (path.startsWith("/api/pm:")) return await managePlugins(url, response);
      if (path === "/api/statistics" && plugins.has("statistics"))
        return json(response, 200, { data: { notices: (await list(database)).length } });
      if (path === "/api/notices" && request.method === "GET")
        return json(response, 200, { data: await list(database) });
      if (path === "/api/notices" && request.method === "POST")
        return json(response, 201, { data: { id: await post(database, await readNotice(request)) } });
      json(response, 404, { error: { status: 404, message: `nothing is at ${path}` } });
    } catch (error) {
      json(response, 500, { error: { status: 500, message: (error as Error).message } });
    }
  }

  /** As in NocoBase, this node alone starts anew; the others learn of it when they do. */
  async function managePlugins(url: URL, response: ServerResponse): Promise<void> {
    if (url.pathname === "/api/pm:enable") {
      await plugins.enable(url.searchParams.get("filterByTk") ?? "");
      say("restarting");
      await plugins.load();
      phase = { kind: "running" };
    } else if (url.pathname !== "/api/pm:listEnabled") {
      return json(response, 404, { error: { status: 404, message: `nothing is at ${url.pathname}` } });
    }
    json(response, 200, {
      data: plugins.loaded().map((name) => ({ name, packageName: `@noticeboard/plugin-${name}` })),
    });
  }

  function say(message: string): void {
    phase = { kind: "starting", message };
    console.log(message);
  }

  try {
    await createTable(database, "application (name text PRIMARY KEY, version text NOT NULL)");
    await plugins.install(say);
    await prepare(database, { breakage: NOTICEBOARD_BREAK, say });
    await plugins.load();
    await database.query("INSERT INTO application VALUES ('main', $1) ON CONFLICT (name) DO UPDATE SET version = $1", [
      version,
    ]);
    phase = { kind: "running" };
    console.log("app has been started");
  } catch (error) {
    // As NocoBase: a failed upgrade does not end the process. It says why, for ever.
    phase = { kind: "failed", message: (error as Error).message };
    console.error(`start failed: ${(error as Error).message}`);
  }
}

/** The version that the DATABASE was last prepared for, as NocoBase answers it: not the one of the running code. */
async function readInfo(database: pg.Pool): Promise<{ version: string }> {
  const { rows } = await database.query("SELECT version FROM application WHERE name = 'main'");
  return { version: rows[0]?.version };
}

const notRunning = (phase: Exclude<Phase, { kind: "running" }>) => ({
  error: {
    status: 503,
    maintaining: true,
    message: phase.message,
    command: { name: "start" },
    code: phase.kind === "failed" ? "APP_ERROR" : "APP_COMMANDING",
  },
});

async function readNotice(request: IncomingMessage): Promise<Notice> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const { text, price } = JSON.parse(Buffer.concat(chunks).toString()) as Notice;
  if (typeof text !== "string") throw new Error("expected a text");
  return { text, price };
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}
