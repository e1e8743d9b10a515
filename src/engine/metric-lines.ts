import { type Metrics, metricUnits } from "./measure.ts";

/** Where the metrics are. A second deployment in one account and region has a namespace of its own. */
export const METRIC_NAMESPACE = "Intermission";

const definitions = Object.entries(metricUnits).map(([Name, Unit]) => ({ Name, Unit }));

/** A line from which CloudWatch Logs makes metrics, in its embedded metric format: of one target, or without dimensions. */
export function metricLine(
  metrics: Metrics,
  { atMs, target, namespace = METRIC_NAMESPACE }: { atMs: number; target?: string; namespace?: string },
): string {
  const Dimensions = [target === undefined ? [] : ["Target"]];
  return JSON.stringify({
    _aws: { Timestamp: atMs, CloudWatchMetrics: [{ Namespace: namespace, Dimensions, Metrics: definitions }] },
    ...(target !== undefined && { Target: target }),
    ...metrics,
  });
}
