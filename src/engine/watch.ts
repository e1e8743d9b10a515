import type { Clock } from "../clock.ts";
import type { ActiveOperations } from "../operations/dynamo-active.ts";
import type { OperationStore } from "../operations/store.ts";
import type { StartRun } from "../operations/take-over.ts";
import { inAll, type Limits, measure } from "./measure.ts";
import { metricLine } from "./metric-lines.ts";
import { startNeverBegun } from "./never-begun.ts";

/** What the handler reaches the world through. */
export type WatchWorld = {
  /** The names of the targets. */
  targets: readonly string[];
  active: ActiveOperations;
  store: Pick<OperationStore, "lockHolder">;
  start: StartRun;
  clock: Clock;
  limits: Limits;
  /** Of the metrics, where it is another than by default. */
  namespace?: string;
  /** Takes a line as it is: nothing may stand around a line of metrics. */
  write(line: string): void;
};

/**
 * Looks at every target, and writes its metrics and one line for each trouble. Targets without an operation are written too: where a number is
 * missing, this function is what has failed. Where a target cannot be looked after, the others' are written, the sum is not, and it rejects. An operation
 * that nobody runs is started.
 */
export const watch =
  ({ targets, active, store, start, clock, limits, namespace, write }: WatchWorld) =>
  async (): Promise<void> => {
    const atMs = clock.now();
    const looks = await Promise.allSettled(
      targets.map(async (target) => {
        const operation = await active.on(target);
        const { metrics, troubles } = measure(operation, { nowMs: atMs, ...limits });
        write(metricLine(metrics, { atMs, target, namespace }));
        for (const trouble of troubles)
          write(JSON.stringify({ level: "warn", message: "operation needs a look", ...trouble }));
        if (operation && (await startNeverBegun(operation, { nowMs: atMs, store, start })))
          write(
            JSON.stringify({ level: "warn", message: "started, for nobody ran it", operation: operation.id, target }),
          );
        return metrics;
      }),
    );
    const failures = looks.flatMap((look) => (look.status === "rejected" ? [look.reason] : []));
    looks.forEach((look, index) => {
      if (look.status === "fulfilled") return;
      const cause = String(look.reason);
      write(JSON.stringify({ level: "error", message: "target not looked after", target: targets[index], cause }));
    });
    if (failures.length > 0) throw new AggregateError(failures, `${failures.length} targets could not be looked after`);
    const all = looks.flatMap((look) => (look.status === "fulfilled" ? [look.value] : []));
    write(metricLine(inAll(all), { atMs, namespace }));
  };
