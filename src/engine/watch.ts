import type { Clock } from "../clock.ts";
import type { ActiveOperations } from "../operations/dynamo-active.ts";
import { inAll, type Limits, measure } from "./measure.ts";
import { metricLine } from "./metric-lines.ts";

/** What the handler reaches the world through. */
export type WatchWorld = {
  /** The names of the targets. */
  targets: readonly string[];
  active: ActiveOperations;
  clock: Clock;
  limits: Limits;
  /** Of the metrics, where it is another than by default. */
  namespace?: string;
  /** Takes a line as it is: nothing may stand around a line of metrics. */
  write(line: string): void;
};

/**
 * Looks at every target, and writes its metrics and one line for each trouble. Targets without an operation are written too: where a number is
 * missing, this function is what has failed. Where a target cannot be read, the others' are written, the sum is not, and it rejects.
 */
export const watch =
  ({ targets, active, clock, limits, namespace, write }: WatchWorld) =>
  async (): Promise<void> => {
    const atMs = clock.now();
    const looks = await Promise.allSettled(
      targets.map(async (target) => {
        const { metrics, troubles } = measure(await active.on(target), { nowMs: atMs, ...limits });
        write(metricLine(metrics, { atMs, target, namespace }));
        for (const trouble of troubles)
          write(JSON.stringify({ level: "warn", message: "operation needs a look", ...trouble }));
        return metrics;
      }),
    );
    const failures = looks.flatMap((look) => (look.status === "rejected" ? [look.reason] : []));
    looks.forEach((look, index) => {
      if (look.status === "fulfilled") return;
      const cause = String(look.reason);
      write(JSON.stringify({ level: "error", message: "target not readable", target: targets[index], cause }));
    });
    if (failures.length > 0) throw new AggregateError(failures, `${failures.length} targets could not be read`);
    const all = looks.flatMap((look) => (look.status === "fulfilled" ? [look.value] : []));
    write(metricLine(inAll(all), { atMs, namespace }));
  };
