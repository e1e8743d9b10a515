import type { MetricId, MetricReader } from "../seams.ts";
import type { World } from "../world.ts";

const MINUTE_MS = 60_000;
/** How long a metric without a new data point still counts as having one. */
const FRESH_MS = 3 * MINUTE_MS;

/** What was measured within one minute. */
export type Sample = { atMs: number; sum: number; count: number; minimum: number; maximum: number };

export type Metrics = MetricReader & {
  /** The value it has from now on, once a minute; undefined from where on there is no data. The hand of tests and demos. */
  set(metric: MetricId, value: number | undefined): void;
  /** Adds one measurement, at this moment or another. */
  add(metric: MetricId, value: number, atMs?: number): void;
  /** The samples of whole minutes that are over: whatever is measured is not visible before. */
  samples(metric: MetricId, span: { fromMs: number; toMs: number }): Sample[];
  /** Every metric that ever had a value. */
  all(): MetricId[];
};

type Series = {
  metric: MetricId;
  settings: { atMs: number; value: number | undefined }[];
  minutes: Map<number, Sample>;
};

/** Metrics by the minute. */
export function createMetrics({ clock }: Pick<World, "clock">): Metrics {
  const known = new Map<string, Series>();
  const listeners = new Set<(key: string) => void>();

  function seriesOf(metric: MetricId): Series {
    const key = keyOf(metric);
    const series = known.get(key) ?? { metric, settings: [], minutes: new Map() };
    known.set(key, series);
    return series;
  }
  const tell = (metric: MetricId) => {
    for (const listener of listeners) listener(keyOf(metric));
  };
  const minuteOf = (ms: number) => Math.floor(ms / MINUTE_MS) * MINUTE_MS;

  function sampleOf({ settings, minutes }: Series, atMs: number): Sample | undefined {
    const value = settings.findLast((setting) => setting.atMs < atMs + MINUTE_MS)?.value;
    if (value !== undefined) return { atMs, sum: value, count: 1, minimum: value, maximum: value };
    return minutes.get(atMs);
  }

  const metrics: Metrics = {
    keyOf,
    set(metric, value) {
      seriesOf(metric).settings.push({ atMs: clock.now(), value });
      tell(metric);
    },
    add(metric, value, atMs = clock.now()) {
      const { minutes } = seriesOf(metric);
      const at = minuteOf(atMs);
      const { sum, count, minimum, maximum } = minutes.get(at) ?? { sum: 0, count: 0, minimum: value, maximum: value };
      minutes.set(at, {
        atMs: at,
        sum: sum + value,
        count: count + 1,
        minimum: Math.min(minimum, value),
        maximum: Math.max(maximum, value),
      });
      tell(metric);
    },
    samples(metric, { fromMs, toMs }) {
      const series = known.get(keyOf(metric));
      if (!series) return [];
      const first = Math.max(minuteOf(fromMs), minuteOf(firstOf(series)));
      const end = Math.min(toMs, minuteOf(clock.now()));
      const found: Sample[] = [];
      for (let atMs = first; atMs < end; atMs += MINUTE_MS) {
        const sample = sampleOf(series, atMs);
        if (sample) found.push(sample);
      }
      return found;
    },
    latest(metric) {
      const series = known.get(keyOf(metric));
      const setting = series?.settings.at(-1);
      if (setting?.value !== undefined) return setting.value;
      const nowMs = clock.now();
      return metrics.samples(metric, { fromMs: nowMs - FRESH_MS, toMs: nowMs }).at(-1)?.sum;
    },
    all: () => [...known.values()].map(({ metric }) => metric),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  return metrics;
}

const keyOf = ({ namespace, name, dimensions }: MetricId): string =>
  JSON.stringify([namespace, name, Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1))]);

const firstOf = ({ settings, minutes }: Series): number => Math.min(settings[0]?.atMs ?? Infinity, ...minutes.keys());
