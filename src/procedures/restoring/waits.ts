import type { RestoreMode } from "../../operations/operation.ts";
import type { Wait } from "../../operations/plan.ts";
import type { Target } from "../../targets/schema.ts";
import type { Before } from "../before.ts";
import { canBeChanged } from "./change-database.ts";
import { leadsTo } from "./leads-there.ts";
import { hasItsSettings, isAvailable, isRestored } from "./make-restored.ts";
import { restorationOf } from "./mutations.ts";
import { isBehind, isNamed } from "./put-aside.ts";

/** What a restore waits for, in order, by the names of the polls that do it. Renames take about ten minutes each until their names resolve. */
export function restoreWaits(
  target: Target,
  before: Before | undefined,
  options: { operationId: string; mode: RestoreMode; generation: number },
): Wait[] {
  if (!before?.database) return [];
  const { places, fence, renames, members, change } = restorationOf(target, before.database, {
    ...options,
    snapshot: "",
  });
  const [own, ...ofMembers] = renames;
  const { present, restored } = places;
  const untils = [
    canBeChanged(present),
    isBehind(
      present,
      String((fence.parameters.input as { VpcSecurityGroupIds?: string[] }).VpcSecurityGroupIds?.[0] ?? ""),
    ),
    ...(own ? [isNamed(present, own.parameters.to!)] : []),
    ...ofMembers.map(({ parameters }) => canBeChanged(parameters.of)),
    ...ofMembers.map(({ parameters }) => isNamed(parameters.of, parameters.to!)),
    isRestored(restored),
    ...members.map(({ parameters }) => isAvailable(parameters.identifier)),
    ...(change ? [...(own ? [] : [canBeChanged(restored)]), hasItsSettings(restored)] : []),
    leadsTo(restored),
  ];
  return untils.map((until) => ({
    phase: "restore",
    until,
    atMostSeconds: Math.round(target.timeouts.restore / 1_000),
  }));
}
