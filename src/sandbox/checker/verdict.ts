/** The invariants, by their numbers in docs/invariants.md. */
export const invariantNumbers = [1, 2, 3, 4, 5, 6, 7, 8, 9] as const;
export type InvariantNumber = (typeof invariantNumbers)[number];

export type Violation = {
  invariant: InvariantNumber;
  at: string;
  /** What was expected and what was found. */
  message: string;
  /** Sequence numbers in the sandbox's event log. */
  events: number[];
};

/** What one invariant found, and how much it looked at: a check that saw nothing has proven nothing. */
export type Finding = { violations: Violation[]; looked: Record<string, number> };

export type Verdict = { violations: Violation[]; looked: Record<InvariantNumber, Record<string, number>> };
