import { createHash } from "node:crypto";

/** So many of the numbers from 0 to `of`, one from each stretch of equal length, drawn by the seed. All of them where there are no more. */
export function drawEvenly({ seed, count, of }: { seed: number; count: number; of: number }): number[] {
  if (count >= of) return Array.from({ length: of }, (_, index) => index);
  return Array.from({ length: count }, (_, index) => {
    const [from, to] = [index, index + 1].map((edge) => Math.floor((edge * of) / count)) as [number, number];
    return from + Math.floor(fraction(`${seed} ${index}`) * (to - from));
  });
}

const fraction = (text: string): number => createHash("sha256").update(text).digest().readUInt32BE() / 2 ** 32;
