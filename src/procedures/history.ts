import { isDeepStrictEqual } from "node:util";
import type { OperationRequest, Phase } from "../operations/operation.ts";
import { UnreadableRecordError } from "../operations/record.ts";
import { takesSnapshot } from "../operations/request-words.ts";
import type { OperationState, WaitState } from "../operations/state.ts";
import type { OperationStore } from "../operations/store.ts";
import type { Target } from "../targets/schema.ts";
import { storedTarget } from "../targets/stored-target.ts";

/** How many seconds each phase took in the last operations that succeeded, newest first. */
export type History = Partial<Record<Phase, number[]>>;

/** How many operations are looked through, and how many of them count: applications and databases grow. */
const LOOKED_THROUGH = 10;
const COUNTED = 5;

/** What of a target's configuration says how long a phase takes. */
const decisive: Partial<Record<Phase, (target: Target) => unknown>> = {
  prepare: ({ snapshot }) => snapshot.warmUp,
  stop: ({ drain }) => drain.seconds,
  "back-up": ({ snapshot }) => snapshot.warmUp,
  migrate: ({ healthChecks }) => healthChecks,
  "scale-out": ({ healthChecks, openAt, followers }) => [healthChecks, openAt, followers],
};

/** Of the same procedure on the target; a phase counts only where it did the same as it would now. */
export async function historyOf(store: OperationStore, target: Target, request: OperationRequest): Promise<History> {
  const listed = await store.listEach(target.name, { limit: LOOKED_THROUGH });
  // A forecast is as good without those that cannot be read.
  const alike = listed
    .flatMap((each) => ("operation" in each ? [each.operation] : []))
    .filter(({ status, request: { procedure } }) => status === "succeeded" && procedure === request.procedure)
    .slice(0, COUNTED);
  const history: History = {};
  const past = await Promise.all(
    alike.map(async ({ id }) => ({
      state: await store.get(id).catch(nothingUnreadable),
      before: storedTarget(await store.configuration(id).catch(nothingUnreadable)),
    })),
  );
  for (const { state, before } of past)
    for (const { phase, startedAt, finishedAt, outcome } of state?.phases ?? []) {
      const waited =
        phase === "preflight" && (state!.request.notBefore !== undefined || state!.waits.some(beforeWindow));
      const other = phase === "back-up" && takesSnapshot(state!.request) !== takesSnapshot(request);
      const settings = decisive[phase];
      const changed =
        settings !== undefined && !("target" in before && isDeepStrictEqual(settings(before.target), settings(target)));
      if (!finishedAt || outcome !== "done" || waited || other || changed) continue;
      const seconds = (Date.parse(finishedAt) - Date.parse(startedAt)) / 1_000;
      history[phase] = [...(history[phase] ?? []), seconds];
    }
  return history;
}

const beforeWindow = ({ for: question }: WaitState) =>
  question === "start" || question === "turn" || question === "before-window";

function nothingUnreadable(error: unknown): undefined {
  if (!(error instanceof UnreadableRecordError)) throw error;
}

/**
 * Looked for among the last operations: a target whose last fifty all failed has a history of its own. Throws where one that came after the last
 * known success cannot be read, since that may be the last one.
 */
export async function lastSuccessOf(store: OperationStore, target: string): Promise<OperationState | undefined> {
  for (const each of await store.listEach(target, { limit: 50 })) {
    if ("unreadable" in each) throw each.unreadable;
    if (each.operation.status === "succeeded") return store.get(each.id);
  }
  return undefined;
}

/** Undefined of nothing. */
export function median(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 ? sorted[middle] : sorted.length ? (sorted[middle - 1]! + sorted[middle]!) / 2 : undefined;
}
