import type { Run } from "../pool/work.ts";
import type { Result } from "../result.ts";
import type { Scenario } from "../scenario.ts";
import { smallerThan } from "./smaller.ts";

export type ShrinkOptions = {
  run: Run;
  /** How many smaller histories are tried at a time. What is found does not depend on it. */
  width: number;
  /** How many may be run at most. */
  budget: number;
  signal?: AbortSignal;
  candidates?: (scenario: Scenario) => Iterable<Scenario>;
};
export type Shrunk = {
  result: Result;
  runs: number;
  /** Whether nothing smaller fails in the same way; otherwise the budget was spent. */
  isSmallest: boolean;
};

/** What a smaller history must fail in as well: the invariant that was broken first, or else that it never ended. */
export function failureOf({ violations, hangs }: Pick<Result, "violations" | "hangs">): string | undefined {
  const [first] = violations;
  if (first) return `invariant ${first.invariant}`;
  return hangs.length > 0 ? "hang" : undefined;
}

const failsIn = (result: Result, failure: string): boolean =>
  failure === "hang"
    ? result.hangs.length > 0
    : result.violations.some(({ invariant }) => failure === `invariant ${invariant}`);

/** Looks for a smaller history that fails in the same way, step by step: of all that are one step smaller the first that fails is gone on with. */
export async function shrink(failed: Result, options: ShrinkOptions): Promise<Shrunk> {
  const { run, width, budget, signal, candidates = smallerThan } = options;
  const failure = failureOf(failed);
  if (failure === undefined) throw new Error("expected a history that failed, found one that did not");
  const tried = new Set([JSON.stringify(failed.scenario)]);
  let smallest = failed;
  let runs = 0;

  /** The first of them, in their order, that fails in the same way. */
  const firstThatFails = async (some: Scenario[]): Promise<Result | undefined> => {
    runs += some.length;
    const results = await Promise.all(some.map((scenario) => run(scenario)));
    return results.find((result) => failsIn(result, failure));
  };

  const step = async (): Promise<"smaller" | "smallest" | "spent"> => {
    let wave: Scenario[] = [];
    const source = candidates(smallest.scenario)[Symbol.iterator]();
    for (;;) {
      const { done, value } = source.next();
      if (!done) {
        const text = JSON.stringify(value);
        if (tried.has(text)) continue;
        tried.add(text);
        wave.push(value);
      }
      if (!done && wave.length < Math.min(width, budget - runs)) continue;
      if (wave.length > 0) {
        if (runs >= budget || signal?.aborted) return "spent";
        const found = await firstThatFails(wave);
        if (found) {
          smallest = found;
          return "smaller";
        }
      }
      if (done) return "smallest";
      wave = [];
    }
  };

  for (;;) {
    const outcome = await step();
    if (outcome !== "smaller") return { result: smallest, runs, isSmallest: outcome === "smallest" };
  }
}
