import { takeOver } from "../operations/take-over.ts";
import type { Dependencies } from "./dependencies.ts";
import { ProblemError } from "./problem.ts";

/** Starts the first run of a recorded operation. Where that fails the operation stays recorded, and the same request starts it later. */
export const startRunbook = (id: string, { starter }: Pick<Dependencies, "starter">): Promise<void> =>
  reach(id, () => starter.start(id, 1));

/** Another run goes on with the operation in the place of the one with the epoch `from`. Where that fails the same request does it later. */
export const takeOverRunbook = (
  id: string,
  { starter, store, ...taken }: Pick<Dependencies, "starter" | "store"> & { from: number; why: string },
): Promise<{ epoch: number; isNext: boolean }> =>
  takeOver(
    { store, start: (operation, epoch) => reach(operation, () => starter.start(operation, epoch)) },
    { id, ...taken },
  );

/** Wakes a runbook that waits for a decision, which is recorded already. */
export const wakeRunbook = (
  id: string,
  { starter, callbackId }: Pick<Dependencies, "starter"> & { callbackId: string },
): Promise<void> => reach(id, () => starter.wake(callbackId));

async function reach(id: string, call: () => Promise<void>): Promise<void> {
  try {
    await call();
  } catch (error) {
    throw new ProblemError("engine-unavailable", `Lambda did not take the call for operation ${id}.`, {
      extensions: { operation: id, cause: { code: error instanceof Error ? error.name : "unknown" } },
      headers: { "retry-after": "5" },
      cause: error,
    });
  }
}
