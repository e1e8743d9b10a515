import type { Dependencies } from "./dependencies.ts";
import { ProblemError } from "./problem.ts";

/** Starts the runbook of a recorded operation. Where that fails the operation stays recorded, and the same request starts it later. */
export const startRunbook = (id: string, { starter }: Pick<Dependencies, "starter">): Promise<void> =>
  reach(id, () => starter.start(id));

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
