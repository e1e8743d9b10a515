import type { Reporter } from "./reporter.ts";
import { hasFailed, perSecond } from "./tally.ts";

const PROGRESS_EVERY_MS = 10_000;

/** One object a line. The last has everything that was counted. */
export function jsonReporter({ write, now }: { write(text: string): void; now(): number }): Reporter {
  const began = now();
  let last = began;
  const failures: object[] = [];
  const smallest: object[] = [];
  const line = (object: Record<string, unknown>) => write(`${JSON.stringify(object)}\n`);
  return {
    say: (text, facts) => line({ kind: "note", text, ...facts }),
    ran: (label, result) => {
      const { status, violations, hangs, digest } = result;
      line({
        kind: "run",
        label,
        status,
        failed: hasFailed(result),
        violations: violations.length,
        hangs: hangs.length,
        digest,
      });
    },
    progress(tally) {
      if (now() - last < PROGRESS_EVERY_MS) return;
      last = now();
      line({ kind: "progress", ...tally, ms: last - began });
    },
    failed({ item, result }, replay) {
      const { status, violations, hangs } = result;
      const failure = { label: item.label, replay, status, violations, hangs };
      failures.push(failure);
      line({ kind: "failure", ...failure, scenario: result.scenario, timeline: result.timeline });
    },
    shrunk({ result, runs, isSmallest }, { label, others, replay }) {
      const { violations, hangs, scenario, timeline } = result;
      const shrunk = { label, others, replay, runs, isSmallest, violations, hangs, scenario, timeline };
      smallest.push(shrunk);
      line({ kind: "smallest", ...shrunk });
    },
    told: ({ scenario, status, violations, hangs, calls, hits, timeline, digest }) =>
      line({ kind: "told", status, digest, violations, hangs, scenario, calls, hits, timeline }),
    end: ({ tally, ms, coverage, interrupted }) =>
      line({
        kind: "end",
        ...tally,
        runsPerSecond: perSecond(tally, ms),
        ms,
        interrupted,
        failures,
        smallest,
        coverage,
      }),
  };
}
