import type { ServiceCounts } from "../seams.ts";
import type { World } from "../world.ts";
import type { Activities } from "./activities.ts";
import type { Target } from "./target.ts";

/** Changes desired counts, within a target's bounds, and says so in the log and among the scaling activities. */
export type Capacity = {
  record(target: Target, change: "registered" | "adjusted", desiredCount?: number): void;
  /** Every registration does this, of new bounds or of none, even the very call that suspends all scaling. */
  moveIntoBounds(target: Target): void;
  /**
   * A policy wants another count. Returns whether it got it. A service below its minimum is lifted to that and no further; nothing is scaled in while a
   * deployment is in progress; suspended directions do not happen.
   */
  scale(target: Target, wanted: number, cause: string): boolean;
};

export function createCapacity(
  world: World,
  { counts, activities }: { counts: ServiceCounts; activities: Activities },
): Capacity {
  function record(target: Target, change: "registered" | "adjusted", desiredCount?: number): void {
    const { resourceId, minCapacity, maxCapacity, suspended } = target;
    world.log.append({
      kind: "scaling",
      resourceId,
      change,
      minCapacity,
      maxCapacity,
      suspended: {
        in: suspended.DynamicScalingInSuspended ?? false,
        out: suspended.DynamicScalingOutSuspended ?? false,
        scheduled: suspended.ScheduledScalingSuspended ?? false,
      },
      ...(desiredCount !== undefined && { desiredCount }),
    });
  }

  function set(target: Target, count: number, cause: string): void {
    counts.setDesiredCount(target.resourceId, count, cause);
    activities.add(target.resourceId, { description: `Setting desired count to ${count}.`, cause, count });
    record(target, "adjusted", count);
  }

  return {
    record,
    moveIntoBounds(target) {
      const current = counts.desiredCount(target.resourceId);
      if (current === undefined) return;
      const wanted = Math.min(Math.max(current, target.minCapacity), target.maxCapacity);
      if (wanted === current) return;
      const bound = wanted > current ? "minimum" : "maximum";
      set(target, wanted, `${bound} capacity was set to ${wanted}`);
    },
    scale(target, wanted, cause) {
      const { minCapacity, maxCapacity, suspended, resourceId } = target;
      const current = counts.desiredCount(resourceId);
      if (current === undefined || wanted === current) return false;
      const out = wanted > current;
      if (out ? suspended.DynamicScalingOutSuspended : suspended.DynamicScalingInSuspended) return false;
      if (!out && counts.isDeploying(resourceId)) return false;
      // A service outside its bounds is not scaled farther away from them, nor back by a scale-in that would raise it.
      const count = out
        ? current < minCapacity
          ? minCapacity
          : Math.min(wanted, maxCapacity)
        : Math.max(wanted, minCapacity);
      if (out ? count <= current : count >= current) return false;
      set(target, count, cause);
      return true;
    },
  };
}
