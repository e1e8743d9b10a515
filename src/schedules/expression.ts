import { readCron } from "./cron.ts";
import { InvalidExpression, type Timetable } from "./timetable.ts";
import { momentOf, wallClockAt } from "./wall-clock.ts";

const UNIT_MS: Record<string, number> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/**
 * Reads `rate(5 minutes)`, `cron(0 2 * * ? *)` and `at(2026-01-15T02:00:00)`, the three forms that EventBridge, its Scheduler and Application Auto
 * Scaling share. A rate counts from `anchorMs` on, that moment included. Throws InvalidExpression.
 */
export function readExpression(
  expression: string,
  { anchorMs, timeZone = "UTC" }: { anchorMs: number; timeZone?: string },
): Timetable {
  checkTimeZone(timeZone);
  const [, kind, content = ""] = /^(rate|cron|at)\((.*)\)$/.exec(expression) ?? [];
  switch (kind) {
    case "rate":
      return readRate(content, anchorMs);
    case "cron":
      return readCron(content, timeZone);
    case "at":
      return readAt(content, timeZone);
    default:
      throw new InvalidExpression(`${expression} is none of rate(), cron() and at()`);
  }
}

function readRate(content: string, anchorMs: number): Timetable {
  const [, digits, unit = "", plural] = /^(\d+) (minute|hour|day)(s?)$/.exec(content) ?? [];
  const value = Number(digits);
  // "rate(1 hours)" and "rate(5 hour)" are not valid.
  if (!(value > 0) || (value === 1) === (plural === "s"))
    throw new InvalidExpression(`rate(${content}): expected a positive number and minutes, hours or days`);
  const periodMs = value * UNIT_MS[unit]!;
  return (afterMs) => anchorMs + Math.max(0, Math.floor((afterMs - anchorMs) / periodMs) + 1) * periodMs;
}

function readAt(content: string, timeZone: string): Timetable {
  const [, ...digits] = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)$/.exec(content) ?? [];
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = digits.map(Number);
  const due = digits.length ? momentOf({ year, month, day, hour, minute, second }, timeZone) : undefined;
  if (due === undefined) throw new InvalidExpression(`at(${content}): expected at(yyyy-mm-ddThh:mm:ss)`);
  return (afterMs) => (due > afterMs ? due : undefined);
}

function checkTimeZone(timeZone: string): void {
  try {
    wallClockAt(0, timeZone);
  } catch {
    throw new InvalidExpression(`${timeZone} is no time zone`);
  }
}
