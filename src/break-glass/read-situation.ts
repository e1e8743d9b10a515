import type { OperationStore } from "../operations/store.ts";
import type { FoundBefore, Situation } from "./situation.ts";

/** Everything that the script is made of, from the store alone. */
export async function readSituation(
  store: Pick<OperationStore, "get" | "control" | "journalEntries" | "kept">,
  { table, operation }: { table: string; operation: string },
): Promise<Situation> {
  const state = await store.get(operation);
  if (!state) throw new Error(`expected an operation ${operation} in the table ${table}, found none`);
  const [{ configuration }, journal, kept] = await Promise.all([
    store.control(operation),
    store.journalEntries(operation),
    store.kept(operation),
  ]);
  return {
    table,
    state,
    journal,
    target: configuration as Situation["target"],
    before: kept.before as FoundBefore | undefined,
  };
}
