import type { FirstStartRequest } from "../operations/operation.ts";
import { askBeforeScaleOut } from "./approvals.ts";
import { backUpDatabase } from "./back-up.ts";
import { closeTraffic } from "./close-traffic.ts";
import { putSettingsBack } from "./finish.ts";
import { wantedCounts } from "./first-counts.ts";
import { leaderStands } from "./leader.ts";
import { startLeader } from "./migrate.ts";
import { openTraffic } from "./open-traffic.ts";
import { pageShows } from "./page-shows.ts";
import { pageStands } from "./page-watch.ts";
import { passEveryCheck } from "./preflight.ts";
import { keepRevisions } from "./prepare.ts";
import { procedure } from "./procedure.ts";
import { startFollowers } from "./scale-out.ts";
import { stopEveryNode } from "./stop-nodes.ts";
import { verifyThroughBypass } from "./verify.ts";
import { nobodyElseStarts } from "./watches.ts";

/** Starts a cluster for the first time: one node installs everything, and only then do the others start. Two that install at once break each other. */
export const firstStart = procedure<FirstStartRequest>("first-start", async (op) => {
  const before = await op.phase("preflight", passEveryCheck);

  await op.startChanging(before);
  const first = await op.phase("prepare", keepRevisions(before), { keep: "prepared" });
  const closed = await op.phase("close", closeTraffic(before, first), { keep: "closed" });
  op.watch(pageStands(before, first, closed));
  op.watch(pageShows(before));
  const quiet = await op.phase("stop", stopEveryNode(before), { keep: "quiet" });
  op.watch(nobodyElseStarts(before, first));
  const backup = await op.phase("back-up", backUpDatabase(before, quiet));

  await op.passPointOfNoReturn(backup); // from here on the database is no longer empty
  const leader = await op.phase("migrate", startLeader(before, first), { keep: "leader" });
  op.watch(leaderStands(before, leader));
  await op.phase("verify", verifyThroughBypass(before, first, leader));
  if (op.request.pause) await op.phase("work", askBeforeScaleOut);
  const counts = wantedCounts(before, op.request);
  const nodes = await op.phase("scale-out", startFollowers(before, first, { leader, quiet: { ...quiet, counts } }));

  op.startOpening();
  await op.phase("open", openTraffic(before));
  op.isOpen();
  return op.phase("finish", putSettingsBack(before, first, { nodes, counts }));
});
