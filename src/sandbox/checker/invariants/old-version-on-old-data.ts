import { nameOf } from "../containers.ts";
import { touchedGenerations } from "../generations.ts";
import type { Story } from "../story.ts";
import type { Finding } from "../verdict.ts";

/**
 * 5: the earlier version never runs on a data generation on which the later one may have run, nor on a copy of one, but where somebody has taken it upon
 * himself before.
 */
export function oldVersionOnOldData(story: Story): Finding {
  const { scenario, containers, moments } = story;
  const earlier = EARLIER[scenario.procedure];
  const touched = scenario.database && earlier ? touchedGenerations(story) : new Map<string, never>();
  const olds = containers.filter(({ application, version, foreign }) => application && version === earlier && !foreign);
  const violations = olds.flatMap((old) => {
    const first = touched.get(old.generation);
    if (moments.asItIsAt !== undefined && old.started.at >= moments.asItIsAt) return [];
    if (!first || (old.ended && old.ended.seq < first.started.seq)) return [];
    // Nobody could keep somebody else from starting the later version beside those that ran already; none may start after it.
    if (first.foreign && old.started.seq < first.started.seq) return [];
    return {
      invariant: 5 as const,
      at: [old.started.at, first.started.at].toSorted()[1]!,
      message: `expected no old version on the data ${old.generation} once ${nameOf(first)} may have changed it, found ${nameOf(old)} on it`,
      events: [first.started.seq, old.started.seq],
    };
  });
  return { violations, looked: { changedGenerations: touched.size, oldNodes: olds.length } };
}

/** Which of the two versions is the earlier one; elsewhere there is only one. */
const EARLIER = { upgrade: "old", rollback: "new", "first-start": undefined, maintenance: undefined } as const;
