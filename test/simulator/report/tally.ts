import type { Result } from "../result.ts";

/** What has been counted so far. */
export type Tally = { runs: number; violations: number; hangs: number };

export const hasFailed = ({ violations, hangs }: Pick<Result, "violations" | "hangs">): boolean =>
  violations.length > 0 || hangs.length > 0;

/** Counts histories, not what is wrong with each: one mistake may break several invariants, and each of them many times. */
export const counted = ({ runs, violations, hangs }: Tally, result: Result): Tally => ({
  runs: runs + 1,
  violations: violations + (result.violations.length > 0 ? 1 : 0),
  hangs: hangs + (result.hangs.length > 0 ? 1 : 0),
});

export const perSecond = ({ runs }: Tally, ms: number): number => (ms > 0 ? runs / (ms / 1_000) : 0);

/** The last line of every run of the simulator. */
export const inOneLine = (tally: Tally, ms: number): string =>
  `${tally.runs} runs, ${tally.violations} violations, ${tally.hangs} hangs, ${perSecond(tally, ms).toFixed(1)} runs/s`;
