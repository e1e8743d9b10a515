import type { Run } from "../pool/work.ts";
import type { Result } from "../result.ts";
import type { Scenario } from "../scenario.ts";

export type RunAllOptions = {
  run: Run;
  /** How many at a time. */
  width: number;
  /** Ends at once; what is under way is left. */
  signal: AbortSignal;
  /** Asked before each history: what is under way is waited for, and nothing more is begun. */
  enough?: () => boolean;
  /** Told of each result, in the order in which they come. */
  on: (result: Result, index: number) => void;
};

/** Runs histories, so many at a time, each drawn when it is its turn. */
export async function runAll(scenarios: Iterable<Scenario>, options: RunAllOptions): Promise<void> {
  const { run, width, signal, enough = () => false, on } = options;
  const source = scenarios[Symbol.iterator]();
  let index = 0;
  const one = async () => {
    while (!signal.aborted && !enough()) {
      const { done, value } = source.next();
      if (done) return;
      const its = index++;
      const result = await run(value);
      if (!signal.aborted) on(result, its);
    }
  };
  const interrupted = new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
  await Promise.race([Promise.all(Array.from({ length: width }, one)), interrupted]);
}
