/** What must hold in every operation, whatever happens to it. */
export const invariantTitles = {
  1: "Before the first node starts, every container has ended and a later snapshot is available",
  2: "On each data generation one node starts before it is verified",
  3: "From closed to opening no public request reaches a node",
  4: "Two versions never run at the same time",
  5: "The old version never runs on data that the new one may have changed",
  6: "It ends in time, and as it says",
  7: "Afterwards everything is as before, but for what the operation is for",
  8: "No acknowledged write is lost",
  9: "One active operation a target",
} as const;
export type InvariantNumber = keyof typeof invariantTitles;
export const invariantNumbers = [1, 2, 3, 4, 5, 6, 7, 8, 9] as const satisfies InvariantNumber[];

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
