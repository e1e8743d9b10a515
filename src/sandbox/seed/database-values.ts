import type { DatabaseValues } from "./placeholders.ts";

type Login = Pick<DatabaseValues, "username" | "password" | "databaseName">;

/** What the placeholders of a database stand for. */
export function databaseValues(
  { username, password, databaseName }: Login,
  { address, port }: { address: string; port: number },
): DatabaseValues {
  const user = `${encodeURIComponent(username)}:${encodeURIComponent(password)}`;
  const url = `postgres://${user}@${address}:${port}/${encodeURIComponent(databaseName)}`;
  return { url, address, port: String(port), username, password, databaseName };
}
