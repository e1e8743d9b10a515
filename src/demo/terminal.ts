import { stripVTControlCharacters, styleText } from "node:util";

type Style = Parameters<typeof styleText>[0];

/** Where the demonstration is shown. Colours only where the stream is a terminal, or as NO_COLOR and FORCE_COLOR say. */
export type Terminal = {
  print(line?: string): void;
  paint(style: Style, text: string): string;
};

export const createTerminal = (stream: NodeJS.WritableStream): Terminal => ({
  print: (line = "") => void stream.write(`${line}\n`),
  paint: (style, text) => styleText(style, text, { stream }),
});

/** Rows below each other, each column as wide as its widest cell, whatever colours the cells have. */
export function inColumns(rows: readonly (readonly string[])[], gap = "  "): string[] {
  const widths = rows.reduce<number[]>(
    (widest, row) => row.map((cell, column) => Math.max(widest[column] ?? 0, shown(cell))),
    [],
  );
  return rows.map((row) =>
    row
      .map((cell, column) => cell + " ".repeat(column < row.length - 1 ? (widths[column] ?? 0) - shown(cell) : 0))
      .join(gap),
  );
}

const shown = (text: string) => stripVTControlCharacters(text).length;
