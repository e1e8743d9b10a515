import { type ContainerLife, nameOf, runsAt } from "../containers.ts";
import { forwardStarts, isRestored } from "../generations.ts";
import { isFresh } from "../interference.ts";
import type { Story } from "../story.ts";
import type { Finding, Violation } from "../verdict.ts";
import { missingSnapshot } from "./missing-snapshot.ts";

/**
 * 1: before the first node starts, on the data as found and on each restored generation, every container of the target and of others on
 * its data has ended; on the data as found a later snapshot is available, and a rollback starts nothing there.
 */
export function quietBeforeStart(story: Story): Finding {
  const { moments, scenario, snapshots } = story;
  const { procedure, traffic } = scenario;
  const served = traffic === "open";
  const starts = forwardStarts(story).filter(({ generation }) => !served || isRestored(story, generation));
  const byGeneration = Map.groupBy(starts, ({ generation }) => generation);
  const firsts = [...byGeneration.values()].map(([first]) => first!);
  const containers = [...story.containers, ...story.writers];
  const endedBefore = (first: ContainerLife | undefined) =>
    containers.filter((life) => life.ended && first && life.ended.seq < first.started.seq);
  const violations: Violation[] = [];
  const add = (at: string, message: string, events: number[]) => violations.push({ invariant: 1, at, message, events });

  if (firsts.length === 0 && moments.ending.kind === "succeeded" && !served)
    add(moments.ending.at!, `expected a node to start in the ${procedure} that succeeded, found none`, []);
  for (const first of firsts) {
    const { at, seq } = first.started;
    for (const life of containers.filter((one) => inTheWay(one, first)))
      add(
        at,
        `expected every container of the target to have ended before ${nameOf(first)} started, found ${nameOf(life)} running`,
        [life.started.seq, seq],
      );
    if (isRestored(story, first.generation) || !scenario.database) continue;
    const missing =
      procedure === "rollback"
        ? `expected the first node of a rollback to reach restored data, found ${nameOf(first)} on ${first.generation}`
        : missingSnapshot(story, first, endedBefore(first));
    if (missing) add(at, missing, [seq]);
  }
  return {
    violations,
    looked: { firstStarts: firsts.length, endedBefore: endedBefore(firsts[0]).length, snapshots: snapshots.length },
  };
}

const inTheWay = (life: ContainerLife, first: ContainerLife): boolean =>
  life.taskArn !== first.taskArn && runsAt(life, first.started.seq) && !isFresh(life, first);
