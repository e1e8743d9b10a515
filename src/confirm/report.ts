import type { InitProblem } from "../init/init-problem.ts";
import { inWords } from "./change.ts";
import type { NotPutBack } from "./change-journal.ts";
import type { Measured, Measurement, Outcome } from "./measurement.ts";

export type Result = { measurement: Measurement; startedAt: string; outcome: Outcome };

export const listAsText = (all: Measurement[]): string =>
  all
    .map(({ name, asks, assumes, does, disturbs, onlyWhenNamed }) =>
      [
        `${name}${onlyWhenNamed ? "  (only with --only)" : ""}`,
        `  asks      ${asks}`,
        `  assumes   ${assumes}`,
        `  does      ${does}`,
        `  disturbs  ${disturbs}`,
      ].join("\n"),
    )
    .join("\n\n");

export const resultAsText = ({ measurement: { name, assumes }, outcome }: Result): string =>
  [
    `${name}: ${verdictOf(outcome)}`,
    `  assumes   ${assumes}`,
    ...outcome.measured.map((each) => `  measured  ${measuredInWords(each)}`),
  ].join("\n");

function verdictOf(outcome: Outcome): string {
  switch (outcome.verdict) {
    case "as-assumed":
      return "as assumed";
    case "differs":
      return `differs. To change: ${outcome.change}`;
    case "not-measured":
      return `not measured: ${outcome.why}`;
  }
}

export function measuredInWords(measured: Measured): string {
  if ("seen" in measured) return `${measured.what}: ${measured.seen}`;
  const { what, values } = measured;
  if (values.length < 2) return `${what}: ${values.length ? `${values[0]} ms` : "never"}`;
  const { min, median, p95, max } = summary(values);
  return `${what}: n ${values.length}, min ${min} ms, median ${median} ms, p95 ${p95} ms, max ${max} ms`;
}

function summary(values: number[]) {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? 0;
  return { min: sorted[0] ?? 0, median: at(0.5), p95: at(0.95), max: sorted.at(-1) ?? 0 };
}

export const resultsAsJson = (
  results: Result[],
  { target, run, account, region }: { target: string; run: string; account: string; region: string },
) => ({
  run,
  target,
  account,
  region,
  results: results.map(({ measurement: { name, assumes }, startedAt, outcome: { measured, ...verdict } }) => ({
    name,
    assumes,
    startedAt,
    ...verdict,
    measured: measured.map((each) =>
      "values" in each && each.values.length ? { ...each, ...summary(each.values) } : each,
    ),
  })),
});

export const notPutBackAsText = (failed: NotPutBack[], journal: string): string =>
  [
    "Not put back:",
    ...failed.map(({ change, error }) => `  ${inWords(change)}: ${error}`),
    `Next: npm run confirm -- --put-back ${journal}`,
  ].join("\n");

export const refusalAsText = (problems: InitProblem[]): string =>
  problems
    .map(
      ({ about, expected, found, next }) =>
        `${about}\n  expected  ${expected}\n  found     ${found}\n  next      ${next}`,
    )
    .join("\n");
