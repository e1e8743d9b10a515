import type { JournalEntry, Undo } from "../operations/journal.ts";
import type { RestoreMode } from "../operations/operation.ts";
import type { OperationState } from "../operations/state.ts";
import type { Before } from "../procedures/before.ts";
import type { Target } from "../targets/schema.ts";

/** How the target was before it was touched, as far as going back by hand needs it. */
export type FoundBefore = Pick<Before, "cluster" | "services" | "database">;

/** All that is known of an operation which people have to end by hand. */
export type Situation = {
  table: string;
  state: OperationState;
  /** In the order in which it was written. */
  journal: readonly JournalEntry[];
  /** Of the target's configuration that the operation runs on. */
  target: Target;
  /** No container of another version can have run on the data, and nobody has worked on it: nothing needs to be restored. */
  untouched: boolean;
  /** On how many generations of the data a first node was started: the data as found is one, each restore another. */
  generations: number;
  /** What is gone back to; of a rollback, what ran before the operation that is taken back. */
  before?: FoundBefore;
  /** The snapshot with the data that is gone back to. */
  snapshot?: string;
  mode: RestoreMode;
};

export type UndoOf<Kind extends Undo["kind"]> = Extract<Undo, { kind: Kind }>;

/** What the journal says is to be undone, of these kinds, the last first. What is undone already stays: doing it again does no harm. */
export const undosOf = <Kind extends Undo["kind"]>(
  { journal }: Pick<Situation, "journal">,
  ...kinds: Kind[]
): UndoOf<Kind>[] =>
  journal
    .map(({ undo }) => undo)
    .filter((undo): undo is UndoOf<Kind> => (kinds as string[]).includes(undo.kind))
    .toReversed();

/** Where the resources are, by the first ARN that the operation knows. */
export function regionOf({ journal, before }: Pick<Situation, "journal" | "before">): string | undefined {
  const known = JSON.stringify([before?.services, journal.map(({ undo }) => undo)]);
  return /arn:aws[\w-]*:[\w-]+:([a-z]{2}(?:-[a-z]+)+-\d):/.exec(known)?.[1];
}
