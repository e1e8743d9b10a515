import { discardsFrom } from "../operations/discards-from.ts";
import type { OperationRequest } from "../operations/operation.ts";
import type { OperationError } from "../operations/operation-error.ts";
import { staysOpen } from "../operations/request-words.ts";
import type { Before } from "./before.ts";
import { type Closed, keepClosed } from "./close-traffic.ts";
import { type Ending, type Endings, problemOf } from "./endings.ts";
import { failureAfter, failureOf } from "./failure.ts";
import { goBack, type WayBack } from "./go-back.ts";
import { keptRecords } from "./kept-records.ts";
import { stopUnverifiedLeader } from "./leader-service.ts";
import { isOpen, leftBehind } from "./left-behind.ts";
import type { Leftover } from "./leftovers.ts";
import { isSuperseded, type OperationRun } from "./operation-run.ts";
import { pageShows } from "./page-shows.ts";
import { pageStands } from "./page-watch.ts";
import { putBack } from "./put-back.ts";
import { stopWhatRuns } from "./stop-what-runs.ts";
import { wayToSnapshot } from "./way-back.ts";
import { generationsIn } from "./what-is-left.ts";

/**
 * What a failure leads to depends on what is true of the data, not on what failed: untouched data lets everything go back by itself; data that
 * may have been changed is restored where the target or a person says so, and holds the page otherwise; an open site stays open.
 */
export async function afterFailure(op: OperationRun, end: Endings, error: OperationError): Promise<Ending> {
  const { point, before } = op;
  if (point === "untouched" || !before) return end.finished("refused", { problem: problemOf(error) });
  if (await isOpen(op)) return end.finished("succeeded", { leftovers: await leftBehind(op, { error }) });
  if (await isDataUntouched(op, error)) return putEverythingBack(op, end, { before, error });
  const way = point === "no-return" && (await wantsToGoBack(op, error)) ? await wayBackFrom(op, before) : undefined;
  if (way) {
    // The work of a maintenance may have ended one node and had another started.
    const generations = await op.conclude("generations", async () =>
      generationsIn(await op.store.journalEntries(op.id)),
    );
    return restoreEverything(op, end, { way, error, generation: generations + 1, closed: !staysOpen(op.request) });
  }
  return end.held(await withoutGuard(op, before, error));
}

export async function putEverythingBack(
  op: OperationRun,
  end: Endings,
  { before, error }: { before: Before; error: OperationError },
): Promise<Ending> {
  await op.startGoingBack(error.message);
  try {
    const leftovers = await op.phase("put-back", putBack(before));
    return await end.finished("rolled-back", { problem: problemOf(error), leftovers });
  } catch (thrown) {
    if (isSuperseded(thrown)) throw thrown;
    const failure = failureAfter(error, { doing: "putting back", second: thrown });
    return end.held(failure, { dataIsUntouched: !["leader-in-doubt", "foreign-start"].includes(failure.code) });
  }
}

/**
 * Back to what ran before, on the data as it is: somebody takes it upon himself that it may run there, which nothing here can tell. Whatever runs is
 * stopped first, for it may be the other version.
 */
export async function putBackAsItIs(
  op: OperationRun,
  end: Endings,
  {
    before,
    page,
    error,
  }: { before: Before; page: { bypassSecret: string; closed?: Closed } | undefined; error: OperationError },
): Promise<Ending> {
  const isOpen = staysOpen(op.request);
  await op.startGoingBack(error.message);
  try {
    if (page && !isOpen) {
      const shown = await op.phase("close", keepClosed(before, page), { keep: "closed" });
      op.watch(pageStands(before, page, shown));
      op.watch(pageShows(before));
    }
    if (!isOpen) await op.phase("stop", stopWhatRuns({ before }));
    op.standDown();
    const leftovers = await op.phase("put-back", putBack(before, { asItIs: true }));
    return await end.finished("rolled-back", { problem: problemOf(error), leftovers });
  } catch (thrown) {
    if (isSuperseded(thrown)) throw thrown;
    return end.held(failureAfter(error, { doing: "putting back", second: thrown }));
  }
}

export async function restoreEverything(
  op: OperationRun,
  end: Endings,
  {
    way,
    error,
    ending = "rolled-back",
    ...options
  }: {
    way: WayBack;
    error: OperationError;
    ending?: "rolled-back" | "succeeded";
    generation: number;
    closed?: boolean;
    stopped?: boolean;
  },
): Promise<Ending> {
  let leftovers: Leftover[];
  try {
    leftovers = await goBack(op, way, { why: error.message, ...options });
  } catch (thrown) {
    if (isSuperseded(thrown)) throw thrown;
    if (!(await isOpen(op))) return end.held(failureAfter(error, { doing: "going back", second: thrown }));
    leftovers = await leftBehind(op, { error: failureOf(thrown), goingBack: true });
  }
  return end.finished(ending, { leftovers, ...(ending === "rolled-back" && { problem: problemOf(error) }) });
}

/** What a person decided counts first, then what the request and the target say of failures. */
async function wantsToGoBack(op: OperationRun, error: OperationError): Promise<boolean> {
  const { decision, atTheEnd } = (error.details ?? {}) as { decision?: string; atTheEnd?: string };
  if (atTheEnd === "hold") return false;
  if (decision === "rollback" || atTheEnd === "rollback") return true;
  const decided = decision !== undefined || atTheEnd !== undefined;
  return goesBackByItself(op) && (decided || !(await isVerified(op)));
}

/** Never where files would stay behind that nothing here restores. */
export const goesBackByItself = ({ request, target }: Pick<OperationRun, "request" | "target">): boolean =>
  (onFailureOf(request) ?? target.onFailure) === "rollback" && target.storage !== "mine";

const onFailureOf = (request: OperationRequest) => (request.procedure === "rollback" ? undefined : request.onFailure);

/** Verified data is never thrown away for a node that finds no place. */
const isVerified = (op: OperationRun): Promise<boolean> =>
  readState(op, "is-verified", ({ phases }) =>
    phases.some(({ phase, outcome }) => phase === "verify" && outcome === "done"),
  );

/** Undefined where there is no snapshot to go back to, or nothing to put the present database behind. */
async function wayBackFrom(op: OperationRun, before: Before): Promise<WayBack | undefined> {
  const { snapshot, loses, confirmed } = await readState(op, "snapshot", (state) => ({
    snapshot: state.snapshot,
    loses: discardsFrom(state),
    confirmed: state.decision?.discards?.from,
  }));
  const { prepared, quiet, closed } = await op.conclude("kept", () => keptRecords(op.store, op.id));
  return wayToSnapshot(op.target, before, { snapshot, loses, confirmed, prepared, quiet, closed });
}

async function readState<Value>(
  op: OperationRun,
  name: string,
  read: (state: NonNullable<Awaited<ReturnType<OperationRun["store"]["get"]>>>) => Value,
): Promise<Value> {
  return op.conclude(name, async () => read((await op.store.get(op.id))!));
}

/** Nobody looks after a held operation's leader: one in its service must not be there to be replaced. */
async function withoutGuard(op: OperationRun, before: Before, error: OperationError): Promise<OperationError> {
  if (op.target.leader !== "service" || op.point !== "no-return" || !(await op.leaderNeedsGuard())) return error;
  op.standDown();
  try {
    await op.phase("put-back", stopUnverifiedLeader(before));
    return error;
  } catch (thrown) {
    if (isSuperseded(thrown)) throw thrown;
    return failureAfter(error, { doing: "stopping the leader's service", second: thrown });
  }
}

/** Past the point of no return that takes proof: no leader was ever asked for, or ECS says that it never ran. */
async function isDataUntouched(op: OperationRun, { code }: OperationError): Promise<boolean> {
  if (op.point === "undoable") return true;
  if (op.point !== "no-return" || op.request.procedure === "maintenance") return false;
  return code === "leader-never-ran" || !(await op.leaderWasAskedFor());
}
