import { InvalidExpression, type Timetable } from "./timetable.ts";
import { momentOf, wallClockAt } from "./wall-clock.ts";

type Allows = (value: number) => boolean;
type Day = { year: number; month: number; day: number };
type AllowsDay = (day: Day) => boolean;

const MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const WEEKDAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];
const DAY_MS = 86_400_000;
const LOOK_AHEAD_DAYS = 40 * 366;

/**
 * AWS's cron: minutes, hours, day of month, month, day of week (1 or SUN to 7 or SAT) and year, with `L`, `W` and `#`; one of the two days is `?`.
 * Throws InvalidExpression.
 */
export function readCron(fields: string, timeZone: string): Timetable {
  const parts = fields.trim().toUpperCase().split(/\s+/);
  const [minutes = "", hours = "", dayOfMonth = "", month = "", dayOfWeek = "", year = ""] = parts;
  if (parts.length !== 6) throw new InvalidExpression(`cron(${fields}) has ${parts.length} fields, not 6`);
  if ((dayOfMonth === "?") === (dayOfWeek === "?"))
    throw new InvalidExpression(`cron(${fields}): one of day of month and day of week is ?, the other is not`);
  const allowsMinute = readField(minutes, { from: 0, to: 59 });
  const allowsHour = readField(hours, { from: 0, to: 23 });
  const allowsMonth = readField(month, { from: 1, to: 12, names: MONTHS });
  const allowsYear = readField(year, { from: 1970, to: 2199 });
  const allowsDay = dayOfWeek === "?" ? readDayOfMonth(dayOfMonth) : readDayOfWeek(dayOfWeek);
  const times = range(0, 23)
    .filter(allowsHour)
    .flatMap((hour) =>
      range(0, 59)
        .filter(allowsMinute)
        .map((minute) => ({ hour, minute, second: 0 })),
    );

  return (afterMs) => {
    const start = wallClockAt(afterMs, timeZone);
    for (let ahead = 0; ahead < LOOK_AHEAD_DAYS; ahead += 1) {
      const day = daysAfter(start, ahead);
      if (!allowsYear(day.year) || !allowsMonth(day.month) || !allowsDay(day)) continue;
      const moments = times.flatMap((time) => momentOf({ ...day, ...time }, timeZone) ?? []);
      const next = moments.find((moment) => moment > afterMs);
      if (next !== undefined) return next;
    }
    return undefined;
  };
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i);

function daysAfter({ year, month, day }: Day, ahead: number): Day {
  const date = new Date(Date.UTC(year, month - 1, day) + ahead * DAY_MS);
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}

type Range = { from: number; to: number; names?: string[] };

/** `*`, `5`, `1-5`, `MON-FRI`, `0/15`, `2-10/2` and lists of them. */
function readField(field: string, { from, to, names = [] }: Range): Allows {
  const number = (text: string): number => {
    const named = names.indexOf(text);
    const value = named >= 0 ? named + from : /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= from && value <= to)) throw new InvalidExpression(`${field} is not within ${from} to ${to}`);
    return value;
  };
  const allowed = new Set(
    field.split(",").flatMap((part) => {
      const [span = "", step] = part.split("/");
      const [first = "", last] = span.split("-");
      const begin = span === "*" ? from : number(first);
      const end = span === "*" ? to : last === undefined ? (step === undefined ? begin : to) : number(last);
      const every = step === undefined ? 1 : Number(step);
      if (!(Number.isInteger(every) && every > 0)) throw new InvalidExpression(`${field} has no positive step`);
      return range(begin, end).filter((value) => (value - begin) % every === 0);
    }),
  );
  return (value) => allowed.has(value);
}

const lastDayOf = ({ year, month }: Day): number => new Date(Date.UTC(year, month, 0)).getUTCDate();
const weekdayOf = ({ year, month, day }: Day): number => new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 1;

function readDayOfMonth(field: string): AllowsDay {
  if (field === "L") return (day) => day.day === lastDayOf(day);
  const near = /^(L|\d{1,2})W$/.exec(field)?.[1];
  if (near !== undefined) return (day) => day.day === nearestWeekday(day, near === "L" ? lastDayOf(day) : Number(near));
  const allows = readField(field, { from: 1, to: 31 });
  return ({ day }) => allows(day);
}

/** Monday to Friday nearest to that day, within the month. */
function nearestWeekday(of: Day, wanted: number): number {
  const day = Math.min(wanted, lastDayOf(of));
  const weekday = weekdayOf({ ...of, day });
  if (weekday === 7) return day > 1 ? day - 1 : day + 2;
  if (weekday === 1) return day < lastDayOf(of) ? day + 1 : day - 2;
  return day;
}

function readDayOfWeek(field: string): AllowsDay {
  const only = (text: string): number => {
    const allows = readField(text, { from: 1, to: 7, names: WEEKDAYS });
    return range(1, 7).find(allows)!;
  };
  const [, nthDay, nth] = /^(\w+)#([1-5])$/.exec(field) ?? [];
  if (nthDay !== undefined) {
    const weekday = only(nthDay);
    return (day) => weekdayOf(day) === weekday && Math.ceil(day.day / 7) === Number(nth);
  }
  const last = /^(\w+)L$/.exec(field)?.[1];
  if (last !== undefined) {
    const weekday = only(last);
    return (day) => weekdayOf(day) === weekday && day.day + 7 > lastDayOf(day);
  }
  const allows = readField(field === "L" ? "7" : field, { from: 1, to: 7, names: WEEKDAYS });
  return (day) => allows(weekdayOf(day));
}
