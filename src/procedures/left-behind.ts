import type { OperationError } from "../operations/operation-error.ts";
import { type Leftover, notPutBack } from "./leftovers.ts";
import type { OperationRun } from "./operation-run.ts";

/** Whether the site is open, though the run may not have heard of it: it was seen to be, and then the end of that could not be written down. */
export async function isOpen(op: OperationRun): Promise<boolean> {
  if (op.point !== "opening") return op.point === "open";
  return op.conclude("is-open", async () => (await op.store.get(op.id))?.site === "open");
}

/** What an operation leaves behind that ends with an open site and did not come to putting its settings back. Nobody else would look for it. */
export async function leftBehind(
  op: OperationRun,
  why: { error: OperationError; goingBack?: boolean },
): Promise<Leftover[]> {
  const journal = await op.conclude("left-behind", () => op.store.journalEntries(op.id));
  return notPutBack(journal, why);
}
