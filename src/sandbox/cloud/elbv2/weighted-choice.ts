import type { TargetGroup } from "./model.ts";

export type WeightedGroup = { targetGroup: TargetGroup; weight: number };

/**
 * Takes turns so that any run of requests is shared out by weight, without luck. A group without a usable target keeps its share: the load
 * balancer does not fail over to another group. Undefined where every weight is 0.
 */
export function createWeightedChoice(groups: readonly WeightedGroup[]): () => TargetGroup | undefined {
  const total = groups.reduce((sum, { weight }) => sum + weight, 0);
  const credit = groups.map(() => 0);
  return () => {
    if (total === 0) return undefined;
    for (const [index, { weight }] of groups.entries()) credit[index]! += weight;
    const chosen = credit.indexOf(Math.max(...credit));
    credit[chosen]! -= total;
    return groups[chosen]!.targetGroup;
  };
}
