import type pg from "pg";
import { createTable } from "./tables.ts";

/** What an installation brings along, and whether it is enabled then. */
const BUILT_IN = { notices: true, search: true, statistics: false };

export type Plugins = {
  /** Fills an empty database. Two nodes that do so at once break each other, as NocoBase's do, if NOTICEBOARD_INSTALL_MS gives them the time. */
  install(say: (message: string) => void): Promise<void>;
  /** Reads what is enabled: once, when the node starts. */
  load(): Promise<void>;
  enable(name: string): Promise<void>;
  /** What this node has loaded, whatever has been enabled since. */
  loaded(): string[];
  has(name: string): boolean;
};

export function createPlugins(database: pg.Pool): Plugins {
  let loaded: string[] = [];

  async function isInstalled(): Promise<boolean> {
    const { rowCount } = await database.query("SELECT 1 FROM application");
    return (rowCount ?? 0) > 0;
  }

  async function installOneByOne(say: (message: string) => void, durationMs: number): Promise<void> {
    const plugins = Object.entries(BUILT_IN);
    for (const [index, [name, enabled]] of plugins.entries()) {
      say(`before install plugin [${name}], ${index + 1}/${plugins.length}`);
      await new Promise((resolve) => setTimeout(resolve, durationMs / plugins.length));
      await database.query("INSERT INTO plugins VALUES ($1, $2)", [name, enabled]).catch((error: { code?: string }) => {
        throw error.code === UNIQUE_VIOLATION ? new Error("Validation error") : error;
      });
    }
  }

  return {
    async install(say) {
      await createTable(database, "plugins (name text PRIMARY KEY, enabled boolean NOT NULL)");
      const durationMs = Number(process.env.NOTICEBOARD_INSTALL_MS ?? 0);
      if (durationMs > 0) return (await isInstalled()) ? undefined : installOneByOne(say, durationMs);
      const [names, enabled] = [Object.keys(BUILT_IN), Object.values(BUILT_IN)];
      await database.query(
        "INSERT INTO plugins SELECT * FROM unnest($1::text[], $2::boolean[]) ON CONFLICT DO NOTHING",
        [names, enabled],
      );
    },
    async load() {
      const { rows } = await database.query("SELECT name FROM plugins WHERE enabled ORDER BY name");
      loaded = rows.map(({ name }) => name);
    },
    async enable(name) {
      const { rowCount } = await database.query("UPDATE plugins SET enabled = true WHERE name = $1", [name]);
      if (rowCount === 0) throw new Error(`expected one of ${Object.keys(BUILT_IN).join(", ")}, found ${name}`);
    },
    loaded: () => loaded,
    has: (name) => loaded.includes(name),
  };
}
const UNIQUE_VIOLATION = "23505";
