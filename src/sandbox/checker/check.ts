import { asBefore } from "./invariants/as-before.ts";
import { ending } from "./invariants/ending.ts";
import { oldVersionOnOldData } from "./invariants/old-version-on-old-data.ts";
import { oneLeader } from "./invariants/one-leader.ts";
import { oneOperation } from "./invariants/one-operation.ts";
import { oneVersionAtATime } from "./invariants/one-version-at-a-time.ts";
import { pageHolds } from "./invariants/page-holds.ts";
import { quietBeforeStart } from "./invariants/quiet-before-start.ts";
import { writesKept } from "./invariants/writes-kept.ts";
import { type CheckInput, readStory, type Story } from "./story.ts";
import { type Finding, type InvariantNumber, invariantNumbers, type Verdict } from "./verdict.ts";

const invariants: Record<InvariantNumber, (story: Story) => Finding> = {
  1: quietBeforeStart,
  2: oneLeader,
  3: pageHolds,
  4: oneVersionAtATime,
  5: oldVersionOnOldData,
  6: ending,
  7: asBefore,
  8: writesKept,
  9: oneOperation,
};

/**
 * Judges an operation by what really happened in the sandbox. The operation's own claims only name moments (*closed*, *opening*,
 * *verified*, the ending); they prove nothing.
 */
export function check(input: CheckInput): Verdict {
  const story = readStory(input);
  const findings = invariantNumbers.map((number) => [number, invariants[number](story)] as const);
  return {
    violations: findings.flatMap(([, { violations }]) => violations),
    looked: Object.fromEntries(findings.map(([number, { looked }]) => [number, looked])) as Verdict["looked"],
  };
}
