import type { OperationEvent, Restored } from "../../operations/event.ts";

/** What an operation said of itself. */
export type JudgedOperation = { id: string; claims: readonly OperationEvent[] };

export type Ending = "succeeded" | "rolled-back" | "refused" | "held" | "none";

type Problem = { message: string; hint?: string };

/** The moments that an operation claims; everything else is judged by the truth alone. */
export type Moments = {
  requestedAt: string;
  target: string;
  /** From *closed* to *opening*; the last one may still be open. */
  windows: { closedAt: string; openingAt?: string }[];
  openedAt?: string;
  verified: { at: string; taskArn: string }[];
  ending: { kind: Ending; at?: string; problem?: Problem };
  /** Each time that it was held and taken over from; where it is held still, the ending says so. */
  holds: { at: string; until: string; problem?: Problem }[];
  leftovers: string[];
  /** When it said that it cannot go on: a phase failed, it is held, or it is over without success. */
  gaveUp: string[];
  /** When somebody decided to proceed. */
  proceeded: string[];
  /** When it went on all the same: somebody took it over, or it went back to other data. */
  wentOn: string[];
  /** Its runs, each to where it ended or was held, and how long it waited for people in them. */
  runs: { from: string; to?: string; waitedMs: number }[];
  /** When people were asked to do their work in a maintenance, and when they had done it. */
  workBeganAt?: string;
  workEndedAt?: string;
  /** What was put in the place of the data, the last last. */
  restored: Restored[];
  /** Intervals whose writes it says to have thrown away, and the begins of those that a decision named. */
  discarded: { from: string; to: string }[];
  confirmed: string[];
  /** From when on somebody had taken it upon himself that the earlier version may run on the data as it is. */
  asItIsAt?: string;
};

const ENDS_A_WAIT: OperationEvent["type"][] = ["waited", "decided", "taken-over", "held", "finished", "phase-finished"];

/** Throws where the claims do not begin with the request. */
export function momentsOf({ id, claims }: JudgedOperation): Moments {
  const [requested] = claims;
  if (requested?.type !== "requested")
    throw new Error(`expected the claims of ${id} to begin with its request, found ${requested?.type ?? "none"}`);
  const moments: Moments = {
    requestedAt: requested.at,
    target: requested.target,
    windows: [],
    verified: [],
    ending: { kind: "none" },
    holds: [],
    leftovers: [],
    gaveUp: [],
    proceeded: [],
    wentOn: [],
    runs: [{ from: requested.at, waitedMs: 0 }],
    restored: [],
    discarded: [],
    confirmed: [],
  };
  let waiting: { since: string; for: string } | undefined;
  for (const claim of claims) {
    const window = moments.windows.at(-1);
    const run = moments.runs.at(-1)!;
    const { at } = claim;
    if (waiting && ENDS_A_WAIT.includes(claim.type)) {
      run.waitedMs += Date.parse(at) - Date.parse(waiting.since);
      if (waiting.for === "maintenance") moments.workEndedAt = at;
      waiting = undefined;
    }
    switch (claim.type) {
      case "waiting":
        waiting = { since: at, for: claim.for };
        if (claim.for === "maintenance") moments.workBeganAt ??= at;
        break;
      case "taken-over": {
        const { kind, at: heldAt, problem } = moments.ending;
        if (kind === "held" && heldAt) moments.holds.push({ at: heldAt, until: at, problem });
        moments.runs.push({ from: at, waitedMs: 0 });
        moments.wentOn.push(at);
        moments.ending = { kind: "none" };
        break;
      }
      case "going-back":
        (claim.snapshot === undefined ? moments.gaveUp : moments.wentOn).push(at);
        break;
      case "database-restored":
        moments.restored.push(claim);
        break;
      case "discarded":
        moments.discarded.push({ from: claim.from, to: claim.to });
        break;
      case "decided":
        if (claim.decision === "proceed") {
          moments.proceeded.push(at);
          // Who is told that a held maintenance goes on to the opening says so that the work is over, or is not to be done.
          if (moments.ending.kind === "held") moments.workEndedAt ??= at;
        }
        if (claim.discards) moments.confirmed.push(claim.discards.from);
        if (claim.data) moments.asItIsAt ??= at;
        break;
      case "closed":
        if (!window || window.openingAt) moments.windows.push({ closedAt: at });
        break;
      case "opening-started":
        if (window) window.openingAt ??= at;
        break;
      case "opened":
        moments.openedAt = at;
        break;
      case "verified":
        moments.verified.push({ at, taskArn: claim.taskArn });
        break;
      case "leftover":
        moments.leftovers.push(claim.what);
        break;
      case "phase-finished":
        if (claim.outcome === "failed") moments.gaveUp.push(at);
        break;
      case "held":
        moments.gaveUp.push(at);
        run.to = at;
        moments.ending = { kind: "held", at, problem: claim.problem };
        break;
      case "finished":
        run.to = at;
        moments.ending = { kind: claim.status, at, problem: claim.problem };
        break;
      default:
        break;
    }
  }
  return moments;
}
