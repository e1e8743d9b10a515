const MARK = " … (cut)";
/** Line breaks and tabs are text; the others steer terminals. */
const STEERING = /(?![\n\t])\p{Cc}/gu;

/** A text for others' programs: at most `limit` UTF-16 code units, with a mark where something was cut off, and no control characters. */
export function cut(text: string, limit: number): string {
  const plain = text
    .slice(0, limit + 1)
    .toWellFormed()
    .replace(STEERING, "\ufffd");
  if (text.length <= limit) return plain;
  // The last one may be the first half of a character.
  return plain.slice(0, limit - MARK.length).replace(/[\ud800-\udbff]$/, "") + MARK;
}
