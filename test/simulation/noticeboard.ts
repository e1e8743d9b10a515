import type { SimulatedProgram } from "../../src/sandbox/substrate/simulated/containers.ts";
import type { SimulatedDatabases } from "../../src/sandbox/substrate/simulated/databases.ts";
import type { SimulatedRequest, SimulatedResponse } from "../../src/sandbox/substrate/simulated/hosts.ts";
import { createSocketPair } from "../../src/sandbox/substrate/simulated/sockets.ts";
import type { Dialect, Phase } from "./dialects.ts";

export type Row = { id: number; text: string; price?: number | null; cents?: number | null };
export type NoticeboardSettings = {
  version: "1.4.2" | "2.0.0";
  databases: SimulatedDatabases;
  /** Time until it listens, and time the migration takes. */
  bootMs?: number;
  migrationMs?: number;
  /** How long it installs itself into a database that has nothing. Without it any database is taken for an installed one. */
  installMs?: number;
  /** How long it goes through an upgrade that has been made already, unless it is told to skip it. */
  upgradeAgainMs?: number;
  /** `migration`: says APP_ERROR half-way, for ever. `crash`: exits half-way. `hang`: never gets ready. `early-exit`: exits before it listens.*/
  breakage?: "migration" | "crash" | "hang" | "early-exit";
  /** Ends on SIGTERM after this time; never by itself where undefined, as NocoBase's stock image. */
  termMs?: number;
  /** How it tells of itself, where not as NocoBase does. */
  dialect?: Dialect;
  /** The path that it serves below. */
  publicPath?: string;
};

const BATCHES = 10;
/** As NocoBase's. */
const SKIP_VARIABLE = "SKIP_SAME_VERSION_UPGRADE";

/** The noticeboard of examples/noticeboard on virtual time: the same contract, the same lack of locks and of idempotence. */
export function simulatedNoticeboard(settings: NoticeboardSettings): SimulatedProgram {
  const {
    version,
    databases,
    bootMs = 2_000,
    migrationMs = 20_000,
    installMs,
    upgradeAgainMs = 0,
    breakage,
    termMs = 500,
    dialect,
    publicPath = "",
  } = settings;
  return ({ command, environment, host, port, clock, hosts, exit, log }) => {
    const url = new URL(environment.DATABASE_URL ?? "");
    const database = databases.connect({ address: url.hostname, port: Number(url.port || 5432) });
    let phase: Phase = { kind: "starting", message: "" };
    let runningSince = 0;
    /** What this node knows to be enabled: of the database when it started, and what was enabled at this very node since. */
    let plugins: string[] = [];
    let ended = false;
    let stopListening = () => {};
    const end = (code: number) => {
      if (ended) return;
      ended = true;
      stopListening();
      exit(code);
    };
    const rows = () => database.read<Row[]>("notices") ?? [];
    const alive = () => {
      if (ended) throw new Error("ended");
    };

    /** Two that install at once break each other, and so does one that finds what another has begun. */
    async function install(durationMs: number): Promise<void> {
      phase = { kind: "migrating", message: "installing" };
      await clock.sleep(durationMs / BATCHES);
      alive();
      if (database.read("installing") !== undefined) throw new Error("Validation error");
      database.write("installing", host);
      await clock.sleep(durationMs);
      alive();
      database.write("schema", version === "1.4.2" ? "euros" : "cents");
    }

    async function migrate(): Promise<void> {
      const last = rows().length;
      for (let batch = 0; batch < BATCHES; batch += 1) {
        if (batch === BATCHES / 2 && breakage === "migration")
          throw new Error("cannot execute ALTER TABLE in a read-only transaction");
        if (batch === BATCHES / 2 && breakage === "crash") {
          log("out of memory");
          return end(1);
        }
        phase = { kind: "migrating", message: `migrating prices, ${batch * 10} %` };
        log(phase.message);
        const [from, to] = [batch, batch + 1].map((edge) => Math.ceil((edge / BATCHES) * last)) as [number, number];
        const current = rows();
        for (const row of current.slice(from, to)) row.cents = (row.cents ?? 0) + (row.price ?? 0) * 100;
        database.write("notices", current);
        await clock.sleep(migrationMs / BATCHES);
        alive();
      }
      database.write(
        "notices",
        rows().map(({ price: _price, ...row }) => row),
      );
      database.write("schema", "cents");
    }

    async function start(): Promise<void> {
      await clock.sleep(bootMs);
      if (ended) return;
      if (command.includes("migrate")) {
        await migrate();
        return end(0);
      }
      if (breakage === "early-exit") {
        log("cannot find the configuration");
        return end(1);
      }
      for (const line of dialect?.says ?? []) log(line);
      const listen = () => {
        stopListening = hosts.listen(host, port, async (request) => answer(request));
      };
      if (!dialect?.listensWhenReady) listen();
      try {
        if (breakage === "hang") return;
        if (installMs !== undefined && database.read("schema") === undefined) await install(installMs);
        if (version === "2.0.0" && database.read("schema") !== "cents") {
          if (dialect?.waitsFor) phase = { kind: "waiting" };
          while (phase.kind === "waiting") {
            await clock.sleep(100);
            alive();
          }
          await migrate();
        } else if (environment[SKIP_VARIABLE] !== "true") await clock.sleep(upgradeAgainMs);
        alive();
        if (version === "1.4.2") database.write("schema", "euros");
        await clock.sleep(500);
        alive();
        database.write("version", version);
        plugins = database.read<string[]>("plugins") ?? [];
        runningSince = clock.now();
        phase = { kind: "running" };
        if (dialect?.listensWhenReady) listen();
        log("app has been started");
      } catch (error) {
        phase = { kind: "failed", message: (error as Error).message };
        if (dialect?.listensWhenReady) end(1);
        if (!ended) log(phase.message);
      }
    }

    function answer(request: SimulatedRequest): SimulatedResponse {
      const { path, method, body } = request;
      if (!path.startsWith(publicPath)) return json(404, { error: { status: 404 } });
      const [where] = path.slice(publicPath.length).split("?");
      const own = dialect?.answer(request, { phase, version, plugins, runningForMs: clock.now() - runningSince });
      const awaited = dialect?.waitsFor;
      if (phase.kind === "waiting" && awaited?.path === where && awaited?.method === method)
        phase = { kind: "starting", message: "" };
      if (own) return own;
      if (phase.kind !== "running") {
        const code = phase.kind === "failed" ? "APP_ERROR" : "APP_COMMANDING";
        return json(503, {
          error: {
            status: 503,
            maintaining: true,
            message: "message" in phase ? phase.message : "",
            command: { name: "start" },
            code,
          },
        });
      }
      if (where === "/ws") return { status: 101, headers: {}, body: "", socket: createSocketPair()[0] };
      if (where === "/api/__health_check") return { status: 200, headers: {}, body: "ok" };
      if (where === "/api/app:getInfo") return json(200, { data: { version: database.read("version"), name: "main" } });
      if (where === "/api/pm:enable" && method === "POST") {
        plugins = [...plugins, (JSON.parse(body ?? "{}") as { name: string }).name];
        database.write("plugins", plugins);
        return json(200, { data: plugins });
      }
      if (where === "/api/pm:listEnabled") return json(200, { data: plugins.map((name) => ({ name })) });
      if (where === "/api/notices" && method === "GET")
        return json(200, {
          data: rows().map(({ id, text, price, cents }) => ({
            id,
            text,
            price: version === "1.4.2" ? (price ?? null) : (cents ?? 0) / 100,
          })),
        });
      if (where === "/api/notices" && method === "POST") {
        const notice = JSON.parse(body ?? "{}") as { text: string; price: number };
        const id = (database.last<Row>("notices")?.id ?? 0) + 1;
        database.append(
          "notices",
          version === "1.4.2"
            ? { id, text: notice.text, price: notice.price }
            : { id, text: notice.text, cents: notice.price * 100 },
        );
        return json(201, { data: { id } });
      }
      return json(404, { error: { status: 404 } });
    }

    start().catch(() => end(1));
    return {
      signal(signal) {
        if (signal === "SIGKILL") return end(137);
        void clock.sleep(termMs).then(() => end(143));
      },
      check: () => phase.kind === "running",
    };
  };
}

const json = (status: number, body: unknown): SimulatedResponse => ({
  status,
  headers: { "content-type": "application/json" },
  body: JSON.stringify(body),
});
