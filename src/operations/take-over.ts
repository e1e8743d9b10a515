import type { OperationEvent } from "./event.ts";
import type { OperationStore } from "./store.ts";

/** The runbook function's own time-out: as long after its last call a run that nobody heard of may still act. */
export const FUNCTION_TIMEOUT_MS = 120_000;

/** Starts the run of an operation that has this epoch, however often it is asked. */
export type StartRun = (operationId: string, epoch: number) => Promise<void>;

/**
 * Another run goes on with an operation in the place of the one that has the epoch `from`. The epoch is raised first, so that the run before
 * can do nothing any more; then it is said; then the next run is started, which finds both. Whoever crashes in between asks for the same again:
 * each of the three is done once, and a run that somebody else took over meanwhile is left alone.
 * Answers the epoch of the run that goes on, and whether that is the one asked for.
 */
export async function takeOver(
  { store, start }: { store: Pick<OperationStore, "raiseEpoch" | "append">; start: StartRun },
  { id, from, why }: { id: string; from: number; why: string },
): Promise<{ epoch: number; isNext: boolean }> {
  const epoch = await store.raiseEpoch(id, from);
  if (epoch !== from + 1) return { epoch, isNext: false };
  await store.append(id, [{ type: "taken-over", key: `taken-over/${epoch}`, epoch, why }]);
  await start(id, epoch);
  return { epoch, isNext: true };
}

/** The epoch of the run that wrote the event of this number. Two that took over at once may say so in either order. */
export const epochAt = (events: readonly OperationEvent[], seq: number): number =>
  Math.max(1, ...events.flatMap((event) => (event.type === "taken-over" && event.seq < seq ? [event.epoch] : [])));

/** What the durable execution of a run is called. The first has the operation's own name. */
export const executionName = (operationId: string, epoch: number): string =>
  epoch === 1 ? operationId : `${operationId}-e${epoch}`;

/** The run that a durable execution is, by its name; undefined where it is none of ours. */
export function runNamed(name: string): { operationId: string; epoch: number } | undefined {
  const [, operationId, epoch] = /^(op-\d{8}-\d{6}-[0-9a-f]{6})(?:-e([1-9]\d*))?$/.exec(name) ?? [];
  if (operationId === undefined) return undefined;
  return { operationId, epoch: epoch === undefined ? 1 : Number(epoch) };
}
