import { readExpression } from "./expression.ts";
import { InvalidExpression } from "./timetable.ts";

/** When something is due. Moments are ISO 8601. */
export type Timing = {
  /** `rate(…)`, `cron(…)` or `at(…)`. */
  expression: string;
  timeZone?: string;
  startsAt?: string;
  endsAt?: string;
  /** From when a rate counts. Where it is unknown nobody can say when it is due, only how often. */
  anchoredAt?: string;
};

export type Occurrences =
  | { known: true; due: string[] }
  /** `about`: how many fall into the time between, where its moments cannot be known. */
  | { known: false; about: number };

/** No list is longer: a rate of a minute through a long night. */
const MOST = 1_000;

/**
 * When it is due after one moment and until another, that one included; milliseconds since the epoch. Nothing is known of an expression
 * that cannot be read.
 */
export function occurrencesBetween(
  timing: Timing,
  { afterMs, untilMs }: { afterMs: number; untilMs: number },
): Occurrences {
  const startsMs = msOf(timing.startsAt) ?? Number.NEGATIVE_INFINITY;
  const endsMs = msOf(timing.endsAt) ?? Number.POSITIVE_INFINITY;
  const [from, until] = [Math.max(afterMs, startsMs - 1), Math.min(untilMs, endsMs)];
  const anchorMs = msOf(timing.startsAt) ?? msOf(timing.anchoredAt);
  if (timing.expression.startsWith("rate(") && anchorMs === undefined)
    return { known: false, about: Math.max(0, Math.floor((until - from) / periodOf(timing.expression))) };
  try {
    const next = readExpression(timing.expression, { anchorMs: anchorMs ?? 0, timeZone: timing.timeZone });
    const due: string[] = [];
    for (let at = next(from); at !== undefined && at <= until && due.length < MOST; at = next(at))
      due.push(new Date(at).toISOString());
    return { known: true, due };
  } catch (error) {
    if (error instanceof InvalidExpression) return { known: false, about: 0 };
    throw error;
  }
}

/** Whether it is never due again: a time of its own that has passed, or an end. */
export function isSpent(timing: Timing, nowMs: number): boolean {
  const end = msOf(timing.endsAt);
  if (end !== undefined && end <= nowMs) return true;
  if (!timing.expression.startsWith("at(")) return false;
  const found = occurrencesBetween(timing, { afterMs: nowMs, untilMs: Number.MAX_SAFE_INTEGER });
  return found.known && found.due.length === 0;
}

const msOf = (moment: string | undefined): number | undefined =>
  moment === undefined ? undefined : Date.parse(moment);

/** Of a rate; endless where it cannot be read. */
function periodOf(expression: string): number {
  try {
    const next = readExpression(expression, { anchorMs: 0 });
    return next(0) ?? Number.POSITIVE_INFINITY;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
