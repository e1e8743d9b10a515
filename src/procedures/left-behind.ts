import type { Undo } from "../operations/journal.ts";
import type { OperationError } from "../operations/operation-error.ts";
import type { Leftover } from "./finish.ts";
import type { OperationRun } from "./operation-run.ts";
import { asLeftover } from "./undo.ts";

/** What every operation puts back once its site is open. */
const SETTINGS: Undo["kind"][] = [
  "delete-rules",
  "restore-priorities",
  "enable-rule",
  "enable-schedule",
  "restore-deregistration-delay",
  "restore-service-settings",
  "resume-scaling",
];

/** Whether the site is open, though the run may not have heard of it: it was seen to be, and then the end of that could not be written down. */
export async function isOpen(op: OperationRun): Promise<boolean> {
  if (op.point !== "opening") return op.point === "open";
  return op.conclude("is-open", async () => (await op.store.get(op.id))?.site === "open");
}

/**
 * What an operation leaves behind that ends with an open site and did not come to putting its settings back: all of them that the journal has and nothing
 * undid, each with what to do. Nobody else would look for them. `goingBack`: the revisions of the version that is gone again are of no use either.
 */
export async function leftBehind(
  op: OperationRun,
  { error, goingBack = false }: { error: OperationError; goingBack?: boolean },
): Promise<Leftover[]> {
  const journal = await op.conclude("left-behind", () => op.store.journalEntries(op.id));
  const kinds = goingBack ? [...SETTINGS, "deregister-task-definition"] : SETTINGS;
  return [
    { what: error.message, fix: error.hint ?? "Compare the target's settings with those before" },
    ...journal
      .filter(({ undo, undone }) => undone === undefined && kinds.includes(undo.kind))
      .map((entry) => asLeftover(entry, error)),
  ];
}
