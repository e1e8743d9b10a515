import type { JournalEntry, Undo } from "../operations/journal.ts";
import { OperationError } from "../operations/operation-error.ts";

/** Something that is not as it was, and how a person puts it right. */
export type Leftover = { what: string; fix: string };

/** What every operation puts back once its site is open. */
const SETTINGS: Undo["kind"][] = [
  "delete-rules",
  "restore-priorities",
  "enable-rule",
  "enable-schedule",
  "restore-deregistration-delay",
  "restore-health-check",
  "restore-service-settings",
  "resume-scaling",
];

export const asLeftover = (entry: JournalEntry, error: Error): Leftover => ({
  what: `${entry.mutation.summary}: not undone, ${error.message}`,
  fix: (error instanceof OperationError && error.hint) || entry.mutation.inverse,
});

/**
 * Why an operation could not put back what its journal has, and each of the settings that nothing undid. `goingBack`: the revisions of the version that is gone again
 * are of no use either.
 */
export function notPutBack(
  journal: readonly JournalEntry[],
  { error, goingBack = false }: { error: OperationError; goingBack?: boolean },
): Leftover[] {
  const kinds = goingBack ? [...SETTINGS, "deregister-task-definition"] : SETTINGS;
  return [
    { what: error.message, fix: error.hint ?? "Compare the target's settings with those before" },
    ...journal
      .filter(({ undo, undone }) => undone === undefined && kinds.includes(undo.kind))
      .map((entry) => asLeftover(entry, error)),
  ];
}
