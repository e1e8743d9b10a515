import type pg from "pg";

/** PostgreSQL's IF NOT EXISTS still fails where two nodes that start on an empty database create the same table at the same time. */
export async function createTable(database: pg.Pool, definition: string): Promise<void> {
  const create = () => database.query(`CREATE TABLE IF NOT EXISTS ${definition}`);
  await create().catch((error: { code?: string }) => {
    if (!CREATED_MEANWHILE.includes(error.code ?? "")) throw error;
    return create();
  });
}
const CREATED_MEANWHILE = ["23505", "42P07"];
