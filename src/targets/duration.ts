import { z } from "zod";

const UNITS = { s: 1_000, m: 60_000, h: 3_600_000 } as const;

/** `90s`, `15m`, `2h`, as they are written. */
export const durationTextSchema = z
  .string()
  .regex(/^[1-9]\d*[smh]$/, "expected a whole number with a unit, such as 90s, 15m or 2h");

/** In milliseconds. Of text that `durationTextSchema` has accepted. */
export const milliseconds = (text: string): number =>
  Number(text.slice(0, -1)) * UNITS[text.slice(-1) as keyof typeof UNITS];

export const durationSchema = durationTextSchema.transform(milliseconds);

/** Milliseconds as people say them: `4.2 s`, `3 min 05 s`, `1 h 02 min`. */
export function inWords(ms: number): string {
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 60) return `${minutes} min ${String(Math.floor((ms % 60_000) / 1_000)).padStart(2, "0")} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
}
