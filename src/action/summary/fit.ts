/** A part of a text, which can be given up for a shorter one, and then for nothing. Those that are needed most have the highest rank. */
export type Part = { text: string; rank: number; shorter?: string };

const bytes = (text: string): number => Buffer.byteLength(text);
const joined = (parts: readonly Part[]): string =>
  `${parts
    .map(({ text }) => text)
    .filter(Boolean)
    .join("\n\n")}\n`;

/** The parts, one after another, in no more bytes than allowed: what is needed least is given up first. */
export function fit(parts: readonly Part[], limitBytes: number): string {
  const kept = [...parts];
  const leastFirst = kept.map((_, index) => index).toSorted((a, b) => (kept[a]?.rank ?? 0) - (kept[b]?.rank ?? 0));
  for (const index of leastFirst) {
    for (const text of [kept[index]?.shorter, ""]) {
      if (bytes(joined(kept)) <= limitBytes) return joined(kept);
      const part = kept[index];
      if (part && text !== undefined && part.rank < ALWAYS) kept[index] = { text, rank: part.rank };
    }
  }
  return cut(joined(kept), limitBytes);
}

/** A part of this rank is cut rather than given up. */
export const ALWAYS = 100;

/** Whole lines, so that no markup is cut in its middle. */
function cut(text: string, limitBytes: number): string {
  const end = "\n\nThe rest does not fit here.\n";
  if (bytes(text) <= limitBytes) return text;
  const lines: string[] = [];
  let left = limitBytes - bytes(end);
  for (const line of text.split("\n")) {
    left -= bytes(line) + 1;
    if (left < 0) break;
    lines.push(line);
  }
  return `${lines.join("\n")}${end}`;
}
