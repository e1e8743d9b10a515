import type { RestoreMode } from "../operations/operation.ts";
import { type Before, hadNodes } from "./before.ts";
import { type Closed, keepClosed } from "./close-traffic.ts";
import { putSettingsBack } from "./finish.ts";
import { leaderStands } from "./leader.ts";
import type { Leftover } from "./leftovers.ts";
import { startLeader } from "./migrate.ts";
import { openTraffic, takePageDownUnseen } from "./open-traffic.ts";
import type { OperationRun, PhaseRun, Watch } from "./operation-run.ts";
import { pageShows } from "./page-shows.ts";
import { pageStands } from "./page-watch.ts";
import { type Prepared, revisionsBefore } from "./prepare.ts";
import { restoreDatabase } from "./restore-database.ts";
import { startFollowers } from "./scale-out.ts";
import { type Quiet, withCounts } from "./stop-nodes.ts";
import { stopWhatRuns } from "./stop-what-runs.ts";
import { verifyThroughBypass } from "./verify.ts";
import { nobodyElseStarts } from "./watches.ts";

/** Where it goes back to, and from which snapshot. Kept for a run that takes over. */
export type WayBack = {
  /** The target as it is to be again. */
  before: Before;
  bypassSecret: string;
  quiet: Quiet;
  snapshot: string;
  closed?: Closed;
  mode: RestoreMode;
  /** The writes that somebody knows to be lost, by when they begin. */
  discardsFrom?: string;
};

/** Which data is being made: the data as found is the first. */
export type Generation = number;

/**
 * From data that may have been changed back to the data of a snapshot, and to the version that belongs to it. Green health would prove nothing
 * on the data as it is: the old version starts on it, and serves it wrongly. From here on nothing but this happens, whatever anybody decides.
 */
export async function goBack(
  op: OperationRun,
  way: WayBack,
  {
    why,
    generation,
    closed = true,
    stopped = false,
  }: { why: string; generation: Generation; closed?: boolean; stopped?: boolean },
): Promise<Leftover[]> {
  const { snapshot, mode, quiet, bypassSecret } = way;
  await op.keep("way-back", way);
  await op.startGoingBack(why, snapshot);
  const page = closed ? way.closed : await op.phase("close", keepClosed(way.before, way), { keep: "closed" });
  if (page) op.watch(pageStands(way.before, way, page));
  op.watch(pageShows(way.before));
  let nobodyElse: Watch | undefined;
  op.watch(async (phase) => nobodyElse?.(phase));
  if (!stopped) {
    await op.phase("stop", stopWhatRuns(way));
    // Until there are revisions that lead to the restored data: then those are the operation's own.
    nobodyElse = nobodyElseStarts(way.before, { ...revisionsBefore(way.before), bypassSecret });
  }
  const data = await op.phase("restore", async (phase) => {
    if (stopped) await tellWhatIsDiscarded(phase, way);
    return restoreDatabase(way.before, { snapshot, mode, generation })(phase);
  });

  const before: Before = { ...way.before, database: data.database, generation };
  const old: Prepared = { ...revisionsBefore(before), ...revised(before, data.revisions), bypassSecret };
  await op.keep("restored", old);
  nobodyElse = nobodyElseStarts(before, old);
  if (!hadNodes(withCounts(before, quiet.counts))) return withoutNodes(op, before, old);

  const leader = await op.phase("start", startLeader(before, old), { keep: "leader" });
  op.watch(leaderStands(before, leader));
  await op.phase("verify", verifyThroughBypass(before, old, leader));
  const nodes = await op.phase("scale-out", startFollowers(before, old, { leader, quiet }));

  op.startOpening();
  await op.phase("open", openTraffic(before));
  op.isOpen();
  return op.phase("finish", putSettingsBack(before, old, { nodes, counts: quiet.counts }));
}

/** Everything that was written until the last node had ended. */
async function tellWhatIsDiscarded(
  op: PhaseRun,
  { discardsFrom: from, quiet: { stoppedAt: to } }: WayBack,
): Promise<void> {
  if (from !== undefined) await op.record("discarded", [{ type: "discarded", from, to }]);
}

/** Where the restored database has another address, the old version has revisions that lead to it. */
const revised = ({ services }: Before, revisions: Record<string, string> | undefined) =>
  revisions && { revisions, leaderRevision: revisions[services[0]!.name]! };

/** Before its first start nothing ran, so nothing is started, and nobody is seen to be served. */
async function withoutNodes(op: OperationRun, before: Before, old: Prepared): Promise<Leftover[]> {
  op.startOpening();
  await op.phase("open", takePageDownUnseen(before));
  op.isOpen();
  return op.phase("finish", putSettingsBack(before, old, { nodes: [] }));
}
