import { type Metrics, metricUnits } from "./measure.ts";

const NAMESPACE = "Intermission";
const definitions = Object.entries(metricUnits).map(([Name, Unit]) => ({ Name, Unit }));

/** A line from which CloudWatch Logs makes metrics, in its embedded metric format: of one target, or without dimensions. */
export function metricLine(metrics: Metrics, { atMs, target }: { atMs: number; target?: string }): string {
  const Dimensions = [target === undefined ? [] : ["Target"]];
  return JSON.stringify({
    _aws: { Timestamp: atMs, CloudWatchMetrics: [{ Namespace: NAMESPACE, Dimensions, Metrics: definitions }] },
    ...(target !== undefined && { Target: target }),
    ...metrics,
  });
}
