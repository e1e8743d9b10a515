import { invariantTitles } from "../../../src/sandbox/checker/verdict.ts";
import type { Item } from "../command/item.ts";
import type { Result } from "../result.ts";
import { failureOf } from "../shrink/shrink.ts";

/** What of it people read; --json has all. */
const HANGS = 3;
const CHARACTERS = 800;

export type Failure = { item: Item; result: Result };

/** What was violated, a line each: every invariant that was broken with what was expected and found there first, and what never ended. */
export function wrongWith({ violations, hangs }: Pick<Result, "violations" | "hangs">): string[] {
  const broken = [...new Set(violations.map(({ invariant }) => invariant))];
  return [
    ...broken.flatMap((number) => {
      const of = violations.filter(({ invariant }) => invariant === number);
      const more = of.length > 1 ? ` (and ${of.length - 1} more)` : "";
      return [`invariant ${number}: ${invariantTitles[number]}`, `  ${of[0]!.at}  ${of[0]!.message}${more}`];
    }),
    ...hangs.slice(0, HANGS).map((hang) => `hang: ${hang.slice(0, CHARACTERS)}`),
    ...(hangs.length > HANGS ? [`and ${hangs.length - HANGS} more hangs`] : []),
  ];
}

/** Those that fail in the same way and in the same procedure together, the one with the fewest disturbances first. */
export function grouped(failures: Failure[]): Failure[][] {
  const groups = new Map<string, Failure[]>();
  for (const failure of failures) {
    const key = `${failure.item.scenario.procedure.procedure}: ${failureOf(failure.result)}`;
    groups.set(key, [...(groups.get(key) ?? []), failure]);
  }
  const size = ({ item }: Failure) => item.scenario.disturbances.length;
  return [...groups.values()].map((group) => group.toSorted((a, b) => size(a) - size(b)));
}

/** A file's name for a history. */
export const fileNameOf = (label: string): string =>
  label
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 100)
    .replace(/^-|-$/g, "");
