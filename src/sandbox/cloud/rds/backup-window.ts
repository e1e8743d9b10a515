import { invalidValue } from "./errors.ts";

/** A time of day in UTC, in milliseconds after midnight, and how long it lasts. */
export type BackupWindow = { startMs: number; lengthMs: number };

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const WINDOW = /^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)$/;

/** Reads `03:00-03:30`. Throws InvalidParameterValue. */
export function backupWindow(text: string): BackupWindow {
  const [, ...digits] = WINDOW.exec(text) ?? [];
  if (digits.length === 0) throw invalidValue(`Invalid preferred backup window format: ${text}`);
  const [fromHour = 0, fromMinute = 0, toHour = 0, toMinute = 0] = digits.map(Number);
  const startMs = (fromHour * 60 + fromMinute) * MINUTE_MS;
  const lengthMs = ((toHour * 60 + toMinute) * MINUTE_MS - startMs + DAY_MS) % DAY_MS;
  if (lengthMs < 30 * MINUTE_MS) throw invalidValue("Preferred backup window must be at least 30 minutes long.");
  return { startMs, lengthMs };
}
