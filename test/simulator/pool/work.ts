import type { Result } from "../result.ts";
import type { Scenario } from "../scenario.ts";

/** Runs one history. A pool does it in another process, a test as it likes. */
export type Run = (scenario: Scenario) => Promise<Result>;

export const UNANSWERED = "unanswered";

/** What came of a scenario of which no result came: nobody knows more than why. */
export const unanswered = (scenario: Scenario, why: string): Result => ({
  scenario,
  status: UNANSWERED,
  violations: [],
  hangs: [why],
  calls: [],
  hits: [],
  timeline: "",
  digest: "",
});
