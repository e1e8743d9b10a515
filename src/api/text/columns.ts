import { inWords } from "../../targets/duration.ts";

/** Rows of cells as aligned lines, two spaces between the columns. */
export function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = rows.reduce<number[]>(
    (widest, row) => row.map((cell, at) => Math.max(cell.length, widest[at] ?? 0)),
    [],
  );
  return rows.map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

/** A duration between two times, in words; empty where one is missing. */
export const elapsed = (from: string | undefined, to: string | undefined): string =>
  from && to ? inWords(Date.parse(to) - Date.parse(from)) : "";

/** `02:03:11`: a time of day in UTC. */
export const timeOfDay = (at: string | undefined): string => at?.slice(11, 19) ?? "";
