import type { NamedCall } from "./point-namer.ts";

/**
 * How a worker ends. `kill`: by SIGKILL. `freeze`: by SIGSTOP, and Lambda, which has lost sight of it, starts another at once; it wakes when that one has
 * ended the operation.
 */
export type Mode = "kill" | "freeze";
/** `before`: the call has no effect. `after`: it has, and its caller has not heard of it. */
export type Moment = "before" | "after";

/** Points by their names, or who says of each that is come by for the first time whether it is one. */
export type Points = readonly string[] | ChoosePoint;
export type ChoosePoint = (met: NamedCall & { service: string; point: string; moment: Moment }) => boolean;

export const pointOf = (moment: Moment, name: string): string => `${moment} ${name}`;

/**
 * Where workers end, from what an undisturbed one came by. Killed ones: before and after each checkpoint and each effect. Frozen ones: before an effect is
 * sent, which is after whatever came before it, while it is on its way, and after it.
 */
export function pointsOf(seen: readonly NamedCall[], mode: Mode): string[] {
  const points = seen.flatMap(({ kind, name }, index) => {
    if (mode === "kill") return kind === "read" ? [] : [pointOf("before", name), pointOf("after", name)];
    if (kind !== "effect") return [];
    const previous = seen[index - 1];
    return [...(previous ? [pointOf("after", previous.name)] : []), pointOf("before", name), pointOf("after", name)];
  });
  return [...new Set(points)];
}

/** Shares points out among so many operations that none is disturbed twice in a row at the same place. */
export function shareOut(points: readonly string[], perOperation: number): string[][] {
  const operations = Math.max(1, Math.ceil(points.length / perOperation));
  return Array.from({ length: Math.min(operations, points.length) }, (_, nth) =>
    points.filter((_point, index) => index % operations === nth),
  );
}
