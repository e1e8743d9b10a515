const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const TIME = /^(?:(sun|mon|tue|wed|thu|fri|sat):)?([01]\d|2[0-3]):([0-5]\d)$/i;

export type Interval = { from: string; until: string };

/**
 * When a window of RDS, such as `03:00-03:30` each day or `sun:04:00-sun:04:30` each week, in UTC, is open within `lookAheadMs` of a moment.
 * Undefined where it is not, or is none.
 */
export function openWithin(
  window: string | undefined,
  { at, lookAheadMs }: { at: string; lookAheadMs: number },
): Interval | undefined {
  const [start, end] = (window ?? "").split("-").map(sinceWeekBegan);
  if (!start || !end) return undefined;
  const everyMs = start.weekly ? 7 * DAY_MS : DAY_MS;
  const lengthMs = (end.ms - start.ms + everyMs) % everyMs;
  const now = Date.parse(at);
  // The epoch was a Thursday: the week of the first Sunday before it is where weeks are counted from.
  const firstSunday = -4 * DAY_MS;
  const latestStart = now - ((((now - firstSunday - start.ms) % everyMs) + everyMs) % everyMs);
  const from = latestStart + lengthMs > now ? latestStart : latestStart + everyMs;
  if (from >= now + lookAheadMs) return undefined;
  return { from: new Date(from).toISOString(), until: new Date(from + lengthMs).toISOString() };
}

function sinceWeekBegan(text: string): { ms: number; weekly: boolean } | undefined {
  const match = TIME.exec(text);
  if (!match) return undefined;
  const [, day, hour, minute] = match;
  const ms = (Number(hour) * 60 + Number(minute)) * MINUTE_MS;
  return { ms: ms + (day ? DAYS.indexOf(day.toLowerCase()) * DAY_MS : 0), weekly: day !== undefined };
}
