import type { Result } from "../result.ts";
import type { CallFault } from "../singles/faults-on-calls.ts";

/** After the last call of its kind comes its repetition, where it failed, and nothing else. */
const REPETITIONS = 1;

/** Whether a fault hit what it was to hit. Where others are there as well, the nth call may come to be another one than the last: that is no hit of the last. */
export const didHit = (
  { call: { call, which }, fault, times }: CallFault,
  { hits, calls }: Result,
  { isAlone }: { isAlone: boolean },
): boolean => {
  const isOfKind = (each: { phase: string; service?: string; operation?: string }) =>
    each.phase === call.phase && each.service === call.service && each.operation === call.operation;
  const hit = hits.find((each) => each.kind === "call" && each.what === fault && isOfKind(each));
  if (!hit) return false;
  if (which !== "last" || times === "for ever" || isAlone) return true;
  return calls.filter((each) => isOfKind(each) && each.nth > hit.nth!).length <= REPETITIONS;
};
