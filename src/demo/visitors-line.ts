import { countAnswers } from "./answers.ts";
import { NEW_VERSION, OLD_VERSION } from "./claims.ts";
import type { Terminal } from "./terminal.ts";
import type { Visitors } from "./visitors.ts";

const EVERY_MS = 3_000;
const BAR = 24;
/** Below the words of the action's log, which begin with the time. */
const INDENT = " ".repeat(9);

/** Says every few seconds who answered the visitors since it last did. */
export function showVisitors({ answers }: Pick<Visitors, "answers">, { print, paint }: Terminal): { stop(): void } {
  let told = answers.length;
  const timer = setInterval(() => {
    const line = visitorsLine(answers.slice(told), paint);
    told = answers.length;
    print(`${INDENT}${line}`);
  }, EVERY_MS);
  return { stop: () => clearInterval(timer) };
}

/** A bar of who answered, and the same in words. */
export function visitorsLine(answers: Visitors["answers"], paint: Terminal["paint"]): string {
  const { byVersion, page, errors } = countAnswers(answers);
  const { [OLD_VERSION]: old = 0, [NEW_VERSION]: renewed = 0 } = byVersion;
  const parts = [
    { count: old, words: `${old} by ${OLD_VERSION}`, style: "blue" },
    { count: page, words: `${page} by the page`, style: "yellow" },
    { count: renewed, words: `${renewed} by ${NEW_VERSION}`, style: "green" },
    { count: errors, words: `${errors} errors`, style: "red" },
  ] as const;
  const seen = parts.filter(({ count }) => count > 0);
  const total = seen.reduce((sum, { count }) => sum + count, 0);
  if (total === 0) return paint("dim", "visitors: no answers");
  let drawn = 0;
  let counted = 0;
  const bar = seen.map(({ count, style }) => {
    counted += count;
    const length = Math.round((counted / total) * BAR) - drawn;
    drawn += length;
    return paint(style, "▇".repeat(length));
  });
  return `${bar.join("")} ${paint("dim", `visitors: ${seen.map(({ words }) => words).join(", ")}`)}`;
}
