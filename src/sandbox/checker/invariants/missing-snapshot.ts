import { type ContainerLife, nameOf } from "../containers.ts";
import type { Story } from "../story.ts";

/** Why there is no snapshot to go back to from the first node that started on the data as found; undefined where there is one, or none was wanted. */
export function missingSnapshot(
  { scenario, snapshots, moments }: Story,
  first: ContainerLife,
  ended: ContainerLife[],
): string | undefined {
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
      if (deletedSeq && deletedSeq < before) return `${identifier}, deleted before`;
      return generation === first.generation ? undefined : `${identifier}, of other data (${generation})`;
    });
  if (faults.includes(undefined)) return undefined;
  const found = faults.join("; ") || "none";
  return `expected an available snapshot of ${scenario.database}, requested after the last container had ended, before ${nameOf(first)} started; found ${found}`;
}
