import { type ContainerLife, nameOf } from "../containers.ts";
import type { Story } from "../story.ts";

/** Why there is no snapshot to go back to from the first node that started on the data as found; undefined where there is one, or none was wanted. */
export function missingSnapshot(story: Story, first: ContainerLife, ended: ContainerLife[]): string | undefined {
  const { scenario, snapshots, moments } = story;
  if (!scenario.snapshotRequired) return undefined;
  const quiet = ended.map((life) => life.ended!).toSorted((a, b) => b.seq - a.seq)[0] ?? {
    seq: 0,
    at: moments.requestedAt,
  };
  const faults = snapshots
    .filter(({ of }) => of === scenario.database)
    .map(({ identifier, requested, contentAt, available, deletedSeq, generation }) => {
      const before = first.started.seq;
      if (requested.seq > before) return `${identifier}, requested after that start`;
      if (requested.seq < quiet.seq || contentAt < quiet.at)
        return `${identifier}, older than the last container's end`;
      if (!available || available.seq > before) return `${identifier}, not available yet`;
      if (deletedSeq && deletedSeq < before && !isDeletedTooLate(story, { deletedSeq, first }))
        return `${identifier}, deleted before`;
      return generation === first.generation ? undefined : `${identifier}, of other data (${generation})`;
    });
  if (faults.includes(undefined)) return undefined;
  const found = faults.join("; ") || "none";
  return `expected an available snapshot of ${scenario.database}, requested after the last container had ended, before ${nameOf(first)} started; found ${found}`;
}

/** Somebody else deleted it once ECS had been told to run the node: nobody could keep that from starting any more. */
function isDeletedTooLate(
  { events, scenario }: Story,
  { deletedSeq, first }: { deletedSeq: number; first: ContainerLife },
): boolean {
  const deletion = events.find(({ seq }) => seq === deletedSeq);
  if (deletion?.kind !== "call") return false;
  return !deletion.caller.includes(scenario.runbookCaller) && deletion.at >= first.launchedAt;
}
