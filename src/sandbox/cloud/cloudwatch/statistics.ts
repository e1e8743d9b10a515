import { invalidValue } from "./errors.ts";
import type { Sample } from "./metrics.ts";

export const STATISTICS = ["SampleCount", "Average", "Sum", "Minimum", "Maximum"] as const;
export type Statistic = (typeof STATISTICS)[number];

export const isStatistic = (text: string | undefined): text is Statistic =>
  (STATISTICS as readonly (string | undefined)[]).includes(text);

export type Point = { atMs: number } & Record<Statistic, number>;

/** Samples by period, each period under the moment it begins. */
export function aggregate(samples: Sample[], periodSeconds: number): Point[] {
  const periodMs = periodSeconds * 1_000;
  const periods = Map.groupBy(samples, ({ atMs }) => Math.floor(atMs / periodMs) * periodMs);
  return [...periods].map(([atMs, within]) => {
    const sum = within.reduce((total, sample) => total + sample.sum, 0);
    const count = within.reduce((total, sample) => total + sample.count, 0);
    return {
      atMs,
      SampleCount: count,
      Average: sum / count,
      Sum: sum,
      Minimum: Math.min(...within.map(({ minimum }) => minimum)),
      Maximum: Math.max(...within.map(({ maximum }) => maximum)),
    };
  });
}

/** Metrics here have a resolution of a minute. */
export function checkPeriod(seconds: number | undefined): number {
  if (!Number.isInteger(seconds) || seconds! < 60 || seconds! % 60)
    throw invalidValue(`The parameter Period must be a multiple of 60, found ${seconds}.`);
  return seconds!;
}
