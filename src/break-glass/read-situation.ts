import type { OperationStore } from "../operations/store.ts";
import { keptRecords } from "../procedures/kept-records.ts";
import { targetOf } from "../procedures/stored-configuration.ts";
import { whatIsLeft } from "../procedures/what-is-left.ts";
import type { Situation } from "./situation.ts";

/** Everything that the script is made of, from the store alone. */
export async function readSituation(
  store: Pick<OperationStore, "get" | "control" | "events" | "journalEntries" | "kept">,
  { table, operation }: { table: string; operation: string },
): Promise<Situation> {
  const state = await store.get(operation);
  if (!state) throw new Error(`expected an operation ${operation} in the table ${table}, found none`);
  const [{ configuration }, journal, kept, events] = await Promise.all([
    store.control(operation),
    store.journalEntries(operation),
    // The last resort asks for no more than it is made of.
    keptRecords(store, operation, ["before", "way-back"]),
    store.events(operation),
  ]);
  const { untouched, generations } = whatIsLeft({ state, events, journal, kept });
  const target = targetOf(operation, configuration);
  const { before, "way-back": way } = kept;
  const asked = state.request.procedure === "rollback" ? state.request.restore : undefined;
  return {
    table,
    state,
    journal,
    untouched,
    generations,
    target,
    before: way?.before ?? before,
    snapshot: way?.snapshot ?? state.goingBack?.snapshot ?? state.snapshot,
    mode: way?.mode ?? asked ?? target.restore.mode,
  };
}
