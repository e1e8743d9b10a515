import type { PhaseRun } from "./operation-run.ts";

/** Before anything ends because of it: what visitors may have written meanwhile is thrown away by nobody who does not say so. */
export const tellThatItWasGone = (op: PhaseRun): Promise<void> => op.tell("page-was-gone", [{ type: "page-was-gone" }]);
