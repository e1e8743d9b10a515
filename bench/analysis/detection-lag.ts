import { usualProbes } from "../../src/targets/probes-schema.ts";
import { readyAfterMs } from "../profiles/profile.ts";
import type { ProfileRun } from "../runners/run-profile.ts";
import { atMs, changesBy, ofKind } from "./log-reading.ts";
import { strandsOf } from "./strands.ts";

/** A wait of the window, by what it waits for. */
export const waits = [
  "every address shows the page",
  "every container has ended",
  "the snapshot is available",
  "the leader runs",
  "the leader is ready",
  "every node serves",
] as const;
export type WaitName = (typeof waits)[number];

/**
 * How long after something came true in the cloud's log the first call that changes anything was made: `acted`. Two waits believe what they see
 * only when it was seen several times in a row, a second apart; that is asked for, and no lag: `proof`.
 */
export type Lag = { wait: WaitName; actedSeconds: number; proofSeconds: number };

/** Seconds between two looks of one proof. */
const LOOK_EVERY_SECONDS = 1;
const PROOF_SECONDS = (usualProbes.consecutive - 1) * LOOK_EVERY_SECONDS;

/** The lag of every wait of one run of ours. */
export function detectionLags(run: ProfileRun): Lag[] {
  const { events, role, profile } = run;
  const strands = strandsOf(run);
  const changes = changesBy(events, role);
  const last = (phase: keyof typeof strands) => Math.max(...strands[phase].map(({ doneMs }) => doneMs));
  const leaderAsked = strands.migrate[0]?.askedMs ?? Number.NaN;
  const leader = ofKind(events, "container").find(
    ({ change, at }) => change === "started" && Date.parse(at) > leaderAsked,
  );
  const runs = ofKind(events, "task").find(
    ({ taskArn, lastStatus }) => taskArn === leader?.taskArn && lastStatus === "RUNNING",
  );
  const truths: Record<WaitName, { trueMs: number; proofSeconds: number }> = {
    "every address shows the page": { trueMs: last("close"), proofSeconds: PROOF_SECONDS },
    "every container has ended": { trueMs: last("stop"), proofSeconds: 0 },
    "the snapshot is available": { trueMs: last("back-up"), proofSeconds: 0 },
    "the leader runs": { trueMs: runs ? atMs(runs) : Number.NaN, proofSeconds: 0 },
    "the leader is ready": {
      trueMs: leader ? atMs(leader) + readyAfterMs(profile) : Number.NaN,
      proofSeconds: PROOF_SECONDS,
    },
    "every node serves": { trueMs: last("scale-out"), proofSeconds: 0 },
  };
  return waits.flatMap((wait) => {
    const { trueMs, proofSeconds } = truths[wait];
    const act = changes.find((call) => atMs(call) >= trueMs);
    return act ? [{ wait, actedSeconds: (atMs(act) - trueMs) / 1_000, proofSeconds }] : [];
  });
}
