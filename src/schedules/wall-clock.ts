/** A moment as the clock on a wall shows it. `month` is 1 to 12. */
export type WallClock = { year: number; month: number; day: number; hour: number; minute: number; second: number };

const formats = new Map<string, Intl.DateTimeFormat>();

/** Throws a RangeError where there is no such time zone. */
function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone,
    calendar: "iso8601",
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  formats.set(timeZone, format);
  return format;
}

/** What the wall shows in an IANA time zone at a moment, in milliseconds since the epoch. Throws a RangeError where there is no such zone. */
export function wallClockAt(ms: number, timeZone: string): WallClock {
  const parts = Object.fromEntries(
    formatOf(timeZone)
      .formatToParts(ms)
      .map(({ type, value }) => [type, Number(value)]),
  ) as WallClock;
  const { year, month, day, hour, minute, second } = parts;
  return { year, month, day, hour, minute, second };
}

const asUtc = ({ year, month, day, hour, minute, second }: WallClock): number =>
  Date.UTC(year, month - 1, day, hour, minute, second);

const DAY_MS = 86_400_000;

/**
 * When the wall shows it: the first time, where it does so twice (an hour put back), and undefined where it never does (an hour skipped).
 * Scheduled things run once and not at all then (daylight saving time in the documentation of EventBridge Scheduler).
 */
export function momentOf(wall: WallClock, timeZone: string): number | undefined {
  const shown = asUtc(wall);
  if (timeZone === "UTC") return shown;
  const offsets = [shown - DAY_MS, shown + DAY_MS].map((near) => asUtc(wallClockAt(near, timeZone)) - near);
  const moments = offsets.map((offset) => shown - offset);
  const right = moments.filter((moment) => asUtc(wallClockAt(moment, timeZone)) === shown);
  return right.length ? Math.min(...right) : undefined;
}
