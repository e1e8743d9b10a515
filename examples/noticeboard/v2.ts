import type pg from "pg";
import { type Start, serve } from "./server.ts";

const BATCHES = 20;
const BATCH_PAUSE_MS = Number(process.env.NOTICEBOARD_MIGRATION_MS ?? 3_000) / BATCHES;

/** 2.0.0 keeps prices in cents. */
await serve({
  version: "2.0.0",

  async prepare(database, start) {
    start.say("before load plugin [notices], 1/2");
    if (await hasColumn(database, "price")) await migrateToCents(database, start);
    else if (start.breakage === "followers") throw new Error("cannot find module '@noticeboard/plugin-search'");
    start.say("before load plugin [search], 2/2");
  },

  async list(database) {
    const { rows } = await database.query("SELECT id, text, price_cents FROM notices ORDER BY id");
    return rows.map(({ id, text, price_cents }) => ({
      id,
      text,
      price: price_cents === null ? null : price_cents / 100,
    }));
  },

  async post(database, { text, price }) {
    const cents = price === null ? null : Math.round(price * 100);
    const { rows } = await database.query("INSERT INTO notices (text, price_cents) VALUES ($1, $2) RETURNING id", [
      text,
      cents,
    ]);
    return rows[0].id;
  },
});

/** Takes seconds, holds no lock and is not idempotent, as real migrations often are: run twice, or by two at once, it doubles amounts. */
async function migrateToCents(database: pg.Pool, { say, breakage }: Start): Promise<void> {
  await database.query("ALTER TABLE notices ADD COLUMN IF NOT EXISTS price_cents integer DEFAULT 0");
  const { rows } = await database.query("SELECT id, coalesce(price, 0) AS price FROM notices ORDER BY id");
  for (let batch = 0; batch < BATCHES; batch += 1) {
    if (batch === BATCHES / 2) breakIf(breakage);
    say(`migrating prices, ${Math.round((batch / BATCHES) * 100)} %`);
    const [from, to] = [batch, batch + 1].map((edge) => Math.ceil((edge / BATCHES) * rows.length));
    const part = rows.slice(from, to);
    await database.query(
      `UPDATE notices SET price_cents = price_cents + old.price * 100
       FROM unnest($1::integer[], $2::numeric[]) AS old (id, price) WHERE notices.id = old.id`,
      [part.map(({ id }) => id), part.map(({ price }) => price)],
    );
    await new Promise((resolve) => setTimeout(resolve, BATCH_PAUSE_MS));
  }
  await database.query("ALTER TABLE notices DROP COLUMN IF EXISTS price");
}

function breakIf(breakage: string | undefined): void {
  if (breakage === "migration") throw new Error("cannot execute ALTER TABLE in a read-only transaction");
  if (breakage === "crash") process.exit(1);
}

async function hasColumn(database: pg.Pool, column: string): Promise<boolean> {
  const { rowCount } = await database.query(
    "SELECT 1 FROM information_schema.columns WHERE table_name = 'notices' AND column_name = $1",
    [column],
  );
  return (rowCount ?? 0) > 0;
}
