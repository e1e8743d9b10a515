import type { Restored } from "../operations/event.ts";
import type { Mutation, RestoreMode } from "../operations/operation.ts";
import type { Wait } from "../operations/plan.ts";
import type { Target } from "../targets/schema.ts";
import type { Before } from "./before.ts";
import type { DatabaseBefore } from "./database.ts";
import type { PhaseRun } from "./operation-run.ts";
export type RestoredData = { database: DatabaseBefore; revisions?: Record<string, string>; restored: Restored };
export const restoreDatabase =
  (_before: Before, _o: { snapshot: string; mode: RestoreMode; generation: number }) =>
  async (_op: PhaseRun): Promise<RestoredData> => {
    throw new Error("stub");
  };
export const restoreMutations = (
  _t: Target,
  _b: Before,
  _o: { operationId: string; snapshot: string; mode: RestoreMode; generation: number },
): Mutation[] => [];
export const restoreWaits = (
  _t: Target,
  _b: Before | undefined,
  _o: { snapshot: string; mode: RestoreMode },
): Wait[] => [];
