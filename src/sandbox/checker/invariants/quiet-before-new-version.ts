import { type ContainerLife, nameOf, runsAt } from "../containers.ts";
import { isFresh } from "../interference.ts";
import type { Story } from "../story.ts";
import type { Finding, Violation } from "../verdict.ts";

/** 1: before the first container of the new version, every container of the target and of others on its data has ended and a later snapshot is available. */
export function quietBeforeNewVersion(story: Story): Finding {
  const { starts, moments } = story;
  const containers = [...story.containers, ...story.writers];
  const first = starts.find(({ version }) => version === "new");
  const ended = containers.filter((life) => life.ended && first && life.ended.seq < first.started.seq);
  const looked = { firstStarts: first ? 1 : 0, endedBefore: ended.length, snapshots: story.snapshots.length };
  const violations: Violation[] = [];
  const add = (at: string, message: string, events: number[]) => violations.push({ invariant: 1, at, message, events });

  if (!first) {
    if (moments.ending.kind === "succeeded")
      add(moments.ending.at!, "expected a container of the new version in an upgrade that succeeded, found none", []);
    return { violations, looked };
  }
  for (const life of containers.filter((one) => inTheWay(one, first)))
    add(
      first.started.at,
      `expected every container of the target to have ended before ${nameOf(first)} started, found ${nameOf(life)} running`,
      [life.started.seq, first.started.seq],
    );
  const missing = missingSnapshot(story, first, ended);
  if (missing) add(first.started.at, missing, [first.started.seq]);
  return { violations, looked };
}

const inTheWay = (life: ContainerLife, first: ContainerLife): boolean =>
  life.taskArn !== first.taskArn && runsAt(life, first.started.seq) && !isFresh(life, first.started.at);

function missingSnapshot({ scenario, snapshots }: Story, first: ContainerLife, ended: ContainerLife[]) {
  if (!scenario.snapshotRequired) return undefined;
  const quiet = ended.map((life) => life.ended!).toSorted((a, b) => b.seq - a.seq)[0] ?? { seq: 0, at: "" };
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
