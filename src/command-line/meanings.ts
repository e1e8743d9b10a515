import { durationTextSchema, milliseconds } from "../targets/duration.ts";
import { meant, quoted } from "./words.ts";

/** Reads the value of an option, which is never empty. Answers what it means, or what was expected of it. */
export type Meaning<Value> = (text: string) => { value: Value } | Mistaken;
type Mistaken = { expected: string; meant?: string | undefined };

/** What was expected of a text, what was found, and what was most likely meant. */
export const sentence = ({ expected, meant: likely }: Mistaken, text: string): string =>
  `expected ${expected}, found ${quoted(text)}${likely ? `; did you mean ${likely}?` : ""}`;

export const wholeNumber =
  ({ least, most }: { least: number; most: number }): Meaning<number> =>
  (text) => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    return value >= least && value <= most ? { value } : { expected: `a whole number from ${least} to ${most}` };
  };

export const oneOf =
  <Name extends string>(names: readonly Name[]): Meaning<Name> =>
  (text) => {
    const value = names.find((name) => name === text);
    return value === undefined ? { expected: `one of ${names.join(", ")}`, meant: meant(text, names) } : { value };
  };

const LONGEST = "720h";

/** In milliseconds: `90s`, `10m` or `2h`, up to thirty days. */
export const duration: Meaning<number> = (text) => {
  const value = durationTextSchema.safeParse(text).success ? milliseconds(text) : Number.NaN;
  return value <= milliseconds(LONGEST)
    ? { value }
    : { expected: `a whole number with a unit, such as 90s, 10m or 2h, of ${LONGEST} at most` };
};

export const matching =
  (pattern: RegExp, expected: string): Meaning<string> =>
  (text) =>
    pattern.test(text) ? { value: text } : { expected };
