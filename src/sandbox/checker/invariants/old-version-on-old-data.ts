import { nameOf } from "../containers.ts";
import type { Story } from "../story.ts";
import type { Finding } from "../verdict.ts";

/** 5: the old version never runs on a data generation on which the new one may have run. */
export function oldVersionOnOldData({ containers, starts, scenario }: Story): Finding {
  const news = Map.groupBy(
    starts.filter(({ version }) => version === "new"),
    ({ generation }) => generation,
  );
  const olds = containers.filter(({ application, version, foreign }) => application && version === "old" && !foreign);
  if (!scenario.database) return { violations: [], looked: { newStarts: starts.length, oldNodes: olds.length } };
  const violations = olds.flatMap((old) => {
    const first = news.get(old.generation)?.[0];
    if (!first || (old.ended && old.ended.seq < first.started.seq)) return [];
    return {
      invariant: 5 as const,
      at: [old.started.at, first.started.at].toSorted()[1]!,
      message: `expected no old version on the data ${old.generation} once ${nameOf(first)} may have changed it, found ${nameOf(old)} on it`,
      events: [first.started.seq, old.started.seq],
    };
  });
  return { violations, looked: { newGenerations: news.size, oldNodes: olds.length } };
}
