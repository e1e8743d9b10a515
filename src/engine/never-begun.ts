import type { ActiveOperation } from "../operations/dynamo-active.ts";
import type { OperationStore } from "../operations/store.ts";
import type { StartRun } from "../operations/take-over.ts";

/** Lambda begins a run within seconds of being asked to. */
const BEGINS_WITHIN_MS = 60_000;

/**
 * Starts the first run of an operation that was recorded, or only began to be, and that nobody runs: whoever took the request ended before the run was
 * started. Nobody else would ever do it, and the target would stay locked. The run has a name of its own, so that one that has begun is never started twice.
 */
export async function startNeverBegun(
  { id, target, requestedAt, state }: ActiveOperation,
  { nowMs, store, start }: { nowMs: number; store: Pick<OperationStore, "lockHolder">; start: StartRun },
): Promise<boolean> {
  if (nowMs - Date.parse(requestedAt) < BEGINS_WITHIN_MS) return false;
  if (state && state.status !== "pending") return false;
  // The lock is taken first. Asking for its holder finishes what stands in it.
  const holder = state ? id : await store.lockHolder(target);
  if (holder !== id) return false;
  await start(id, 1);
  return true;
}
