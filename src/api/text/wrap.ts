/** Text for terminals and change tickets is no wider than this. */
export const WIDTH = 120;

/** Lines of at most `width` characters, broken between words; a word that is longer by itself is broken where it must be. */
export function wrap(text: string, width: number, { first = width } = {}): string[] {
  const lines: string[] = [];
  let line: string | undefined;
  for (const word of text
    .split(/\s+/)
    .filter(Boolean)
    .flatMap((each) => pieces(each, Math.min(width, first)))) {
    const room = lines.length === 0 ? first : width;
    if (line !== undefined && line.length + 1 + word.length > room) {
      lines.push(line);
      line = word;
    } else line = line === undefined ? word : `${line} ${word}`;
  }
  return [...lines, line ?? ""];
}

/** Names of images and URLs are broken after a slash, where that does not leave most of the line empty. */
function pieces(word: string, width: number): string[] {
  if (word.length <= width) return [word];
  const slash = word.lastIndexOf("/", width - 1) + 1;
  const end = slash > width / 2 ? slash : width;
  return [word.slice(0, end), ...pieces(word.slice(end), width)];
}

/** A paragraph that begins with something of its own, such as a name; what follows is indented, as far as the beginning unless told. */
export const hanging = (first: string, text: string, indent = first.length): string[] => {
  const start = first.padEnd(indent);
  return wrap(text, WIDTH - indent, { first: WIDTH - start.length }).map((line, at) =>
    (at === 0 ? `${start}${line}` : `${" ".repeat(indent)}${line}`).trimEnd(),
  );
};

/** Rows whose cells are wrapped into columns of these widths, two spaces between them. */
export function table(rows: readonly (readonly string[])[], widths: readonly number[]): string[] {
  return rows.flatMap((row) => {
    const cells = row.map((cell, at) => wrap(cell, widths[at] ?? WIDTH));
    const height = Math.max(...cells.map(({ length }) => length));
    return Array.from({ length: height }, (_, line) =>
      cells
        .map((cell, at) => (cell[line] ?? "").padEnd(widths[at] ?? 0))
        .join("  ")
        .trimEnd(),
    );
  });
}
