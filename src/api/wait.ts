import { isSettled } from "../operations/operation.ts";
import type { OperationState } from "../operations/state.ts";
import type { Dependencies } from "./dependencies.ts";

/** API Gateway ends a request to a function after 30 s; this leaves room for a cold start. */
export const LONGEST_WAIT_SECONDS = 20;
/** What a request that waits costs: a read of one unit each time. */
const LOOK_EVERY_MS = 1_000;

/** Whoever follows an operation without waiting in the request should ask again after so many seconds. */
export const RETRY_AFTER_SECONDS = 2;

/**
 * The operation as soon as its version is above `after`, or as it is when the time is up. A settled operation is answered at once:
 * nothing more happens to it by itself.
 */
export async function waitForChange(
  operation: OperationState,
  {
    store,
    clock,
    after = operation.version,
    waitMs,
    signal,
  }: Pick<Dependencies, "store" | "clock"> & { after?: number; waitMs: number; signal?: AbortSignal },
): Promise<OperationState> {
  const until = clock.now() + waitMs;
  let state = operation;
  while (state.version <= after && !isSettled(state.status)) {
    const leftMs = until - clock.now();
    if (leftMs <= 0 || signal?.aborted) return state;
    await clock.sleep(Math.min(LOOK_EVERY_MS, leftMs));
    state = (await store.get(state.id)) ?? state;
  }
  return state;
}
