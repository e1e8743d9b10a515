import type { SimulatedRequest, SimulatedResponse } from "../../src/sandbox/substrate/simulated/hosts.ts";

/** How far a simulated application is. `waiting`: for the request that makes it migrate. */
export type Phase =
  | { kind: "starting" | "migrating" | "failed"; message: string }
  | { kind: "waiting" }
  | { kind: "running" };

/** `plugins`: those that the node knows to be enabled beyond what its version brings. */
type Node = { phase: Phase; version: string; plugins: string[]; runningForMs: number };

/** How the noticeboard tells of itself: as the application that it stands for documents it. */
export type Dialect = {
  /** What it answers where an application of that kind does; undefined everywhere else. */
  answer(request: SimulatedRequest, state: Node): SimulatedResponse | undefined;
  /** Migrates only when it is sent this. */
  waitsFor?: { method: string; path: string };
  /** What it writes to its log when it starts. */
  says?: string[];
  /** Listens once it is ready, and exits where it cannot be. */
  listensWhenReady?: boolean;
};

const json = (body: unknown): SimulatedResponse => ({
  status: 200,
  headers: { "content-type": "application/json" },
  body: JSON.stringify(body),
});

/** Status and version in one document, whatever the state; a node of a new version waits in safe mode to be told to migrate. */
export function sonarqube({ received = [] }: { received?: string[] } = {}): Dialect {
  const statuses = {
    starting: "STARTING",
    waiting: "DB_MIGRATION_NEEDED",
    migrating: "DB_MIGRATION_RUNNING",
    failed: "DOWN",
    running: "UP",
  };
  return {
    waitsFor: { method: "POST", path: "/api/system/migrate_db" },
    answer({ method, path }, { phase, version }) {
      if (path === "/api/system/status")
        return json({ id: "AU-Tpxb--iU5OvuD2FLy", version: `${version}.96327`, status: statuses[phase.kind] });
      if (path !== "/api/system/migrate_db" || method !== "POST") return undefined;
      received.push(phase.kind);
      return json({ state: "MIGRATION_RUNNING", message: "Database migration is running." });
    },
  };
}

/** 200 whatever its state; the stock image upgrades before it listens, and exits where that fails. */
export const nextcloud: Dialect = {
  listensWhenReady: true,
  answer({ path }, { phase, version }) {
    if (path !== "/status.php") return undefined;
    return json({
      installed: true,
      maintenance: phase.kind !== "running",
      needsDbUpgrade: false,
      version: `${version}.1`,
      versionstring: version,
      edition: "",
      productname: "Nextcloud",
      extendedSupport: false,
    });
  },
};

/** As the noticeboard answers anyway, with the plugins that each version has; one after another from when it runs where each takes its time. */
export const nocobase = (
  plugins: Record<string, string[]>,
  says: string[] = [],
  { eachMs = 0 }: { eachMs?: number } = {},
): Dialect => ({
  says,
  answer({ path }, { phase, version, plugins: more, runningForMs }) {
    if (path !== "/api/pm:listEnabled" || phase.kind !== "running") return undefined;
    const brought = plugins[version] ?? [];
    const activated = eachMs > 0 ? brought.slice(0, Math.floor(runningForMs / eachMs)) : brought;
    return json({ data: [...activated, ...more].map((name) => ({ name, packageName: `@nocobase/plugin-${name}` })) });
  },
});
