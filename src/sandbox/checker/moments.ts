import type { OperationEvent } from "../../operations/event.ts";

/** What an operation said of itself. */
export type JudgedOperation = { id: string; claims: readonly OperationEvent[] };

export type Ending = "succeeded" | "rolled-back" | "refused" | "held" | "none";

/** The moments that an operation claims; everything else is judged by the truth alone. */
export type Moments = {
  requestedAt: string;
  target: string;
  /** From *closed* to *opening*; the last one may still be open. */
  windows: { closedAt: string; openingAt?: string }[];
  openedAt?: string;
  verified: { at: string; taskArn: string }[];
  ending: { kind: Ending; at?: string; problem?: { message: string; hint?: string } };
  leftovers: string[];
  /** When it said that it cannot go on: a phase failed, it is held, or it is over without success. */
  gaveUp: string[];
};

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
    leftovers: [],
    gaveUp: [],
  };
  for (const claim of claims) {
    const window = moments.windows.at(-1);
    const { at } = claim;
    switch (claim.type) {
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
        moments.ending = { kind: "held", at, problem: claim.problem };
        break;
      case "finished":
        moments.ending = { kind: claim.status, at, problem: claim.problem };
        break;
      default:
        break;
    }
  }
  return moments;
}
