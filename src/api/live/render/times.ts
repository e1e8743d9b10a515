import type { Markup } from "../markup.ts";

/** A moment. The browser writes it in its own time zone, and keeps UTC as the title. */
export const moment = (at: string, shows: "minutes" | "seconds" | "day" = "minutes"): Markup => [
  "time",
  { datetime: at, "data-shows": shows, title: `${at.slice(0, 10)} ${at.slice(11, 19)} UTC` },
  `${shows === "day" ? `${at.slice(0, 10)} ` : ""}${at.slice(11, shows === "seconds" ? 19 : 16)} UTC`,
];

/** Text in which moments are written as moments. */
export const withMoments = (text: string): Markup[] =>
  text
    .split(/(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z)/)
    .flatMap((part, index) => (part === "" ? [] : [index % 2 ? moment(part, "seconds") : part]));

/** What has gone by since a moment. The browser lets it go on. */
export const since = (at: string, now: string): Markup => [
  "span",
  { "data-since": at },
  duration(Math.max(0, Date.parse(now) - Date.parse(at)) / 1_000),
];

/** `42 s`, `3 min 05 s`, `1 h 02 min`. */
export function duration(seconds: number): string {
  const whole = Math.floor(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min ${String(whole % 60).padStart(2, "0")} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
}

/** As a forecast says it: `40 s`, `6 min`, `1 h 10 min`. */
export function roughly(seconds: number): string {
  if (seconds < 90) return `${Math.max(5, Math.ceil(seconds / 5) * 5)} s`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
}

/** How far something has come of what is expected of it. The browser lets it go on. */
export const bar = (label: string, of: { startedAt: string; now: string; expectedSeconds: number }): Markup => [
  "progress",
  {
    "aria-label": label,
    "data-from": of.startedAt,
    max: String(Math.max(1, Math.round(of.expectedSeconds))),
    value: String(
      Math.max(0, Math.min(of.expectedSeconds, Math.round((Date.parse(of.now) - Date.parse(of.startedAt)) / 1_000))),
    ),
  },
];
