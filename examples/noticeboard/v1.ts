import { serve } from "./server.ts";
import { createTable } from "./tables.ts";

/** 1.4.2 keeps prices in euros. */
await serve({
  version: "1.4.2",

  async prepare(database) {
    await createTable(
      database,
      "notices (id serial PRIMARY KEY, text text NOT NULL, posted_at timestamptz NOT NULL DEFAULT now())",
    );
    // On a database that 2.0.0 has migrated this brings the dropped column back, empty, and the node calls itself healthy.
    await database.query("ALTER TABLE notices ADD COLUMN IF NOT EXISTS price numeric");
  },

  async list(database) {
    const { rows } = await database.query("SELECT id, text, price FROM notices ORDER BY id");
    return rows.map(({ id, text, price }) => ({ id, text, price: price === null ? null : Number(price) }));
  },

  async post(database, { text, price }) {
    const { rows } = await database.query("INSERT INTO notices (text, price) VALUES ($1, $2) RETURNING id", [
      text,
      price,
    ]);
    return rows[0].id;
  },
});
