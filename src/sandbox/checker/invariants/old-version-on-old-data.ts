import { type ContainerLife, nameOf } from "../containers.ts";
import type { Story } from "../story.ts";
import type { Finding } from "../verdict.ts";

/** The first node of the new version on each data generation since the operation was requested, whoever started it. */
export function changedGenerations({ containers, moments }: Story): Map<string, ContainerLife> {
  const first = new Map<string, ContainerLife>();
  for (const life of containers) {
    const ran = life.application && life.version === "new" && life.started.at >= moments.requestedAt;
    if (ran && !first.has(life.generation)) first.set(life.generation, life);
  }
  return first;
}

/** 5: the old version never runs on a data generation on which the new one may have run. */
export function oldVersionOnOldData(story: Story): Finding {
  const changed = story.scenario.database ? changedGenerations(story) : new Map<string, ContainerLife>();
  const olds = story.containers.filter(
    ({ application, version, foreign }) => application && version === "old" && !foreign,
  );
  const violations = olds.flatMap((old) => {
    const first = changed.get(old.generation);
    if (!first || (old.ended && old.ended.seq < first.started.seq)) return [];
    return {
      invariant: 5 as const,
      at: [old.started.at, first.started.at].toSorted()[1]!,
      message: `expected no old version on the data ${old.generation} once ${nameOf(first)} may have changed it, found ${nameOf(old)} on it`,
      events: [first.started.seq, old.started.seq],
    };
  });
  return { violations, looked: { changedGenerations: changed.size, oldNodes: olds.length } };
}
