import type { Workflow } from "../engine/workflow.ts";
import type { FirstStartRequest } from "../operations/operation.ts";
import { OperationError } from "../operations/operation-error.ts";
import { staysOpen } from "../operations/request-words.ts";
import { FUNCTION_TIMEOUT_MS } from "../operations/take-over.ts";
import { goesBackByItself, putBackAsItIs, putEverythingBack, restoreEverything } from "./after-failure.ts";
import type { Before } from "./before.ts";
import { keepClosed } from "./close-traffic.ts";
import { type Ending, type Endings, problemOf } from "./endings.ts";
import { failureAfter, failureOf } from "./failure.ts";
import { putSettingsBack } from "./finish.ts";
import { wantedCounts } from "./first-counts.ts";
import { keptRecords } from "./kept-records.ts";
import { leaderStands } from "./leader.ts";
import { isOpen, leftBehind } from "./left-behind.ts";
import type { Leftover } from "./leftovers.ts";
import { leaderStandsOn, nodeAfterWork } from "./node-after-work.ts";
import { startTheOthers, verifyInTheOpen } from "./one-node.ts";
import { openTraffic } from "./open-traffic.ts";
import { isSuperseded, type OperationRun } from "./operation-run.ts";
import { pageShows } from "./page-shows.ts";
import { pageStands } from "./page-watch.ts";
import type { Prepared } from "./prepare.ts";
import { startFollowers } from "./scale-out.ts";
import type { Quiet } from "./stop-nodes.ts";
import { verifyThroughBypass } from "./verify.ts";
import { nobodyElseStarts } from "./watches.ts";
import { wayToSnapshot } from "./way-back.ts";
import { type WhatIsLeft, whatIsLeft } from "./what-is-left.ts";

/** Goes on with an operation whose run has ended, whether it was held, or stopped without a word, or by force. */
export async function takeOver(op: OperationRun, end: Endings, workflow: Workflow): Promise<Ending> {
  await runBeforeIsOver(op, workflow);
  let left: WhatIsLeft;
  try {
    left = await op.conclude("what-is-left", () => readWhatIsLeft(op));
  } catch (thrown) {
    if (isSuperseded(thrown)) throw thrown;
    // What cannot be read cannot be gone on from, by nobody: a person must know.
    return end.held(failureOf(thrown));
  }
  if (left.ended) return { status: left.ended };
  const error = why(left);
  if (!left.before) return end.finished("refused", { problem: problemOf(error) });
  try {
    return await goOn(op, end, { left, before: left.before, error });
  } catch (thrown) {
    if (isSuperseded(thrown)) throw thrown;
    return endWhereItStands(op, end, { left: { ...left, before: left.before }, error: failureOf(thrown) });
  }
}

/** A site that is open stays so, whatever keeps the rest from being done; one that was opening is closed again, so that a person decides. */
async function endWhereItStands(
  op: OperationRun,
  end: Endings,
  { left, error }: { left: Left; error: OperationError },
): Promise<Ending> {
  if (await isOpen(op)) {
    const { goingBack } = left;
    return endOpen(op, end, { goingBack, error, leftovers: await leftBehind(op, { error, goingBack }) });
  }
  const next = left.goingBack ? left.restored : left.prepared;
  if (!left.opening || !next) return end.held(error);
  try {
    await op.phase("close", keepClosed(left.before, { ...next, closed: left.closed }));
    return await end.held(error);
  } catch (thrown) {
    if (isSuperseded(thrown)) throw thrown;
    return end.held(failureAfter(error, { doing: "closing again", second: thrown }));
  }
}

/** What it came to where the site is open in the end. */
function endOpen(
  { request }: OperationRun,
  end: Endings,
  { goingBack, error, leftovers }: { goingBack: boolean; error: OperationError; leftovers: Leftover[] },
): Promise<Ending> {
  if (!goingBack || request.procedure === "rollback") return end.finished("succeeded", { leftovers });
  return end.finished("rolled-back", { leftovers, problem: problemOf(error) });
}

async function readWhatIsLeft({ store, id }: OperationRun): Promise<WhatIsLeft> {
  const [state, events, journal, kept] = await Promise.all([
    store.get(id),
    store.events(id),
    store.journalEntries(id),
    keptRecords(store, id),
  ]);
  return whatIsLeft({ state: state!, events, journal, kept });
}

async function goOn(
  op: OperationRun,
  end: Endings,
  { left, before, error }: { left: WhatIsLeft; before: Before; error: OperationError },
): Promise<Ending> {
  const { wish, untouched, goingBack, open, opening, verified } = left;
  if (goingBack) {
    const ending = op.request.procedure === "rollback" ? "succeeded" : "rolled-back";
    if (verified) {
      const leftovers = await goForward(op, { ...left, before: restoredBefore(left) }, { goingBack });
      return endOpen(op, end, { goingBack, error, leftovers });
    }
    op.resumeAt("going-back", before);
    // A node that runs on the restored data is the one to go on with; after one that has ended the data is restored once more.
    const stands = left.generations > 1 && (await leaderStandsOn(op, before, left.generations));
    const generation = stands ? left.generations : left.generations + 1;
    if (!stands && left.loses !== undefined && wish?.discardsFrom !== left.loses) return end.held(error);
    const way = { ...left.way!, discardsFrom: left.restored ? left.loses : (left.way!.discardsFrom ?? left.loses) };
    return restoreEverything(op, end, { way, error, ending, generation, closed: false, stopped: stands });
  }
  if (wish?.asItIs && wish.decision === "rollback") {
    op.resumeAt("going-back", before);
    const { prepared, closed } = left;
    return putBackAsItIs(op, end, { before, error, page: prepared && { bypassSecret: prepared.bypassSecret, closed } });
  }
  if (untouched) {
    op.resumeAt("undoable", before);
    return putEverythingBack(op, end, { before, error });
  }
  const back = wish ? wish.decision === "rollback" || (wish.decision === "cancel" && goesBackByItself(op)) : undefined;
  const way = wayToSnapshot(op.target, before, { ...left, confirmed: wish?.discardsFrom });
  if (back && way) {
    op.resumeAt("no-return", before);
    return restoreEverything(op, end, { way, error, generation: left.generations + 1, closed: false });
  }
  if (open || opening || wish?.decision === "proceed") {
    const leftovers = await goForward(op, { ...left, before }, { goingBack });
    return endOpen(op, end, { goingBack, error, leftovers });
  }
  // Nobody decided anything: it goes back by itself only where it is told to, and never with verified data.
  if (!wish && goesBackByItself(op) && !verified && way) {
    op.resumeAt("no-return", before);
    return restoreEverything(op, end, { way, error, generation: left.generations + 1, closed: false });
  }
  return end.held(error);
}

/** AWS cannot fence an invocation that was frozen, so nothing is touched before it must be over: one time-out of the function. */
async function runBeforeIsOver(op: OperationRun, workflow: Workflow): Promise<void> {
  const overAt = await op.conclude("run-before", async () => {
    const events = await op.store.events(op.id);
    const takenOver = events.findLast(({ type }) => type === "taken-over");
    const before = events.findLast(
      ({ type, seq }) => seq < (takenOver?.seq ?? Number.POSITIVE_INFINITY) && type !== "decided",
    );
    // A run that held the operation ended with that.
    const last = before?.type === "held" ? before : takenOver;
    return Date.parse(last?.at ?? new Date(op.clock.now()).toISOString()) + FUNCTION_TIMEOUT_MS;
  });
  await workflow.poll(
    "the run before is over",
    async () =>
      op.clock.now() >= overAt
        ? { done: true, result: null }
        : { done: false, seen: `until ${new Date(overAt).toISOString()}` },
    { everyMs: 5_000, timeoutMs: FUNCTION_TIMEOUT_MS + 60_000 },
  );
}

function why({ wish, wasHeld }: WhatIsLeft): OperationError {
  if (wish)
    return new OperationError(`${wish.by} decided: ${wish.decision}`, {
      code: "cancelled",
      details: { decision: wish.decision },
    });
  return new OperationError(
    wasHeld
      ? "expected a decision on the held operation, found none"
      : "the run of the operation ended without a word (stopped, failed or timed out)",
    { code: "run-ended", hint: "The durable execution's history says why it ended" },
  );
}

const restoredBefore = ({ way, generations }: WhatIsLeft): Before => ({ ...way!.before, generation: generations });

type Left = WhatIsLeft & { before: Before };

/** From the leader that stands to the open site: what is done already is found done. */
async function goForward(op: OperationRun, left: Left, { goingBack }: { goingBack: boolean }): Promise<Leftover[]> {
  const { before, open, opening, verified } = left;
  const next = mustHave(goingBack ? left.restored : left.prepared, "the revisions to run");
  const quiet = mustHave(goingBack ? left.way?.quiet : left.quiet, "how many nodes there were");
  const counts = op.request.procedure === "first-start" ? firstCounts(op, before) : quiet.counts;
  op.resumeAt(open ? "open" : "no-return", before);
  if (staysOpen(op.request) && !goingBack) return inTheOpen(op, { before, next, counts });

  if (!open && !opening) {
    const { bypassSecret } = next;
    const page = await op.phase("close", keepClosed(before, { bypassSecret, closed: left.closed }));
    op.watch(pageStands(before, next, page));
    op.watch(pageShows(before));
    op.watch(nobodyElseStarts(before, next));
  }
  const kept = mustHave(left.leader, "the leader");
  const mayStartAgain = op.request.procedure === "maintenance" && !verified && !goingBack;
  const leader = mayStartAgain
    ? await nodeAfterWork(op, { before, next, leader: kept, generation: left.generations })
    : kept;
  if (!verified) {
    op.watch(leaderStands(before, leader));
    await op.phase("verify", verifyThroughBypass(before, next, leader));
  }
  const nodes = await op.phase("scale-out", startFollowers(before, next, { leader, quiet: { ...quiet, counts } }));
  if (!open) {
    op.startOpening();
    await op.phase("open", openTraffic(before));
    op.isOpen();
  }
  return op.phase("finish", putSettingsBack(before, next, { nodes, counts }));
}

async function inTheOpen(
  op: OperationRun,
  { before, next, counts }: { before: Before; next: Prepared; counts: Quiet["counts"] },
): Promise<Leftover[]> {
  await op.phase("verify", verifyInTheOpen(before));
  const nodes = await op.phase("scale-out", startTheOthers(before, { counts }));
  op.isOpen();
  return op.phase("finish", putSettingsBack(before, next, { nodes }));
}

const firstCounts = (op: OperationRun, before: Before) => wantedCounts(before, op.request as FirstStartRequest);

function mustHave<Value>(value: Value | undefined, what: string): Value {
  if (value !== undefined) return value;
  throw new OperationError(`expected the run before to have kept ${what}, found nothing`, {
    code: "cannot-go-on",
    hint: "Going back is still possible: decide `rollback`",
  });
}
