import { discardsFrom } from "../operations/discards-from.ts";
import type { OperationEvent } from "../operations/event.ts";
import type { JournalEntry } from "../operations/journal.ts";
import type { OperationStatus } from "../operations/operation.ts";
import { isSettled } from "../operations/operation.ts";
import type { OperationState } from "../operations/state.ts";
import type { Before } from "./before.ts";
import type { Closed } from "./close-traffic.ts";
import type { WayBack } from "./go-back.ts";
import type { KeptRecords } from "./kept-records.ts";
import type { Leader } from "./leader.ts";
import { BACK } from "./operation-run.ts";
import type { Prepared } from "./prepare.ts";
import type { Quiet } from "./stop-nodes.ts";

/** What the run before has left behind, by its journal, its log and what it kept. */
export type WhatIsLeft = {
  /** Set where nothing is left to do. */
  ended?: Exclude<OperationStatus, "pending" | "running" | "waiting" | "held">;
  /** Who decided what since it was held, or since it began. */
  wish?: { decision: "proceed" | "rollback" | "cancel"; by: string; discardsFrom?: string; asItIs?: boolean };
  wasHeld: boolean;
  /** No other version, and nobody, can have changed the data. */
  untouched: boolean;
  verified: boolean;
  opening: boolean;
  open: boolean;
  goingBack: boolean;
  /** How many data generations have had a leader, the data as found always counted: whoever starts the next one needs data of its own again. */
  generations: number;
  snapshot?: string;
  /** Since when visitors have written what the snapshot does not hold. */
  loses?: string;
  before?: Before;
  prepared?: Prepared;
  closed?: Closed;
  quiet?: Quiet;
  leader?: Leader;
  way?: WayBack;
  /** What the old version runs on the restored data. */
  restored?: Prepared;
};

type Read = { state: OperationState; events: readonly OperationEvent[]; journal: JournalEntry[]; kept: KeptRecords };

export function whatIsLeft({ state, events, journal, kept }: Read): WhatIsLeft {
  const heldAt = events.findLast(({ type }) => type === "held")?.seq ?? 0;
  const decided = events.findLast((event) => event.type === "decided" && event.seq > heldAt);
  const wish = decided?.type === "decided" ? decided : undefined;
  const goingBack = events.findLast(({ type }) => type === "going-back");
  const restores = goingBack?.type === "going-back" && goingBack.snapshot !== undefined;
  const since = restores ? goingBack.seq : 0;
  const verified = events.some(({ type, seq }) => type === "verified" && seq > since);
  const opening = events.findLast(({ type }) => type === "opening-started");
  const opened = events.findLast(({ type }) => type === "opened");
  const closed = events.findLast(({ type }) => type === "closed");
  const isMaintenance = state.request.procedure === "maintenance";
  const leaderAsked = journal.some(({ mutation }) => mutation.phase === "migrate");
  return {
    ended: isSettled(state.status) && state.status !== "held" ? (state.status as WhatIsLeft["ended"]) : undefined,
    // What was proceeded from has been acted on, unless it was held since.
    wish: wish && (wish.decision !== "proceed" || heldAt > 0) ? wishOf(wish) : undefined,
    wasHeld: heldAt > 0,
    untouched:
      (goingBack !== undefined && !restores) ||
      (!restores && (state.pointOfNoReturnAt === undefined || (!isMaintenance && !leaderAsked))),
    verified,
    opening: opening !== undefined && opening.seq > since && state.site !== "open" && verified,
    open: opened !== undefined && opened.seq > Math.max(closed?.seq ?? 0, since) && verified,
    goingBack: restores,
    generations: generationsIn(journal),
    snapshot: state.snapshot,
    // What it goes back from was visitors' before, and was confirmed.
    loses: restores ? state.passedSince : discardsFrom(state),
    before: kept.before,
    prepared: kept.prepared,
    closed: kept.closed,
    quiet: kept.quiet,
    leader: restores && !verified ? undefined : (kept.leader ?? leaderIn(state, journal)),
    way: restores ? kept["way-back"] : undefined,
    restored: kept.restored,
  };
}

/** One that was never ready was not kept; where it is reached is in the journal. */
function leaderIn({ leaderTaskArn }: OperationState, journal: JournalEntry[]): Leader | undefined {
  if (leaderTaskArn === undefined) return undefined;
  const targets = journal.flatMap(({ undo, undone }) =>
    undo.kind === "deregister-target" && undone === undefined
      ? [{ targetGroupArn: undo.targetGroupArn, id: undo.id, port: undo.port }]
      : [],
  );
  return { taskArn: leaderTaskArn, targets };
}

/** Going forward the first leader is on the data as found, which counts whether or not there was one; going back each is on restored data. */
export function generationsIn(journal: readonly JournalEntry[]): number {
  const [back, forward] = [true, false].map(
    (isBack) => journal.filter((entry) => startsLeader(entry) && entry.name.includes(BACK) === isBack).length,
  ) as [number, number];
  return Math.max(1, forward) + back;
}

const startsLeader = ({ mutation: { phase, operation }, undo }: JournalEntry): boolean =>
  (phase === "migrate" || phase === "start") &&
  (operation === "UpdateService" ||
    (operation === "RunTask" && undo.kind === "stop-leader" && !undo.startedBy.endsWith("/migrate")));

const wishOf = ({
  decision,
  by,
  discards,
  data,
}: Extract<OperationEvent, { type: "decided" }>): WhatIsLeft["wish"] => ({
  decision,
  by: by.name,
  discardsFrom: discards?.from,
  asItIs: data === "as-it-is",
});
