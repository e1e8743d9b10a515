import { inColumns } from "../../src/demo/terminal.ts";
import type { Table } from "./tables.ts";

/** A table in plain text; `paint` colours its title and head where the terminal shows colours. */
export function inTerminal({ title, head, rows, notes = [] }: Table, paint: (text: string) => string): string {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const aligned = all.map((row) =>
    row.map((cell, column) => (column === 0 ? cell : cell.padStart(widths[column] ?? 0))),
  );
  const [first = "", ...others] = inColumns(aligned, "   ");
  return [paint(title), "", `  ${paint(first)}`, ...others.map((line) => `  ${line}`), ...notes].join("\n");
}
