import { asksAt } from "../operations/asks-at.ts";
import type { UpgradeRequest } from "../operations/operation.ts";
import { askBeforeOpen } from "./approvals.ts";
import { backUpDatabase } from "./back-up.ts";
import { closeTraffic } from "./close-traffic.ts";
import { putSettingsBack } from "./finish.ts";
import { leaderStands } from "./leader.ts";
import { startLeader } from "./migrate.ts";
import { openTraffic } from "./open-traffic.ts";
import { pageShows } from "./page-shows.ts";
import { pageStands } from "./page-watch.ts";
import { passEveryCheck } from "./preflight.ts";
import { prepareRevisions } from "./prepare.ts";
import { procedure } from "./procedure.ts";
import { startFollowers } from "./scale-out.ts";
import { stopEveryNode } from "./stop-nodes.ts";
import { verifyThroughBypass } from "./verify.ts";
import { nobodyElseStarts } from "./watches.ts";

/** Upgrades an application that cannot be upgraded online: all nodes stop, one migrates, the rest follow. */
export const upgrade = procedure<UpgradeRequest>("upgrade", async (op) => {
  const before = await op.phase("preflight", passEveryCheck);

  await op.startChanging(before); // from here on a failure puts everything back
  const next = await op.phase("prepare", prepareRevisions(before), { keep: "prepared" });
  const closed = await op.phase("close", closeTraffic(before, next), { keep: "closed" });
  op.watch(pageStands(before, next, closed));
  op.watch(pageShows(before));
  const quiet = await op.phase("stop", stopEveryNode(before), { keep: "quiet" });
  op.watch(nobodyElseStarts(before, next));
  const backup = await op.phase("back-up", backUpDatabase(before, quiet));

  await op.passPointOfNoReturn(backup); // from here on the old version may not run on this data: a failure restores or holds
  const leader = await op.phase("migrate", startLeader(before, next), { keep: "leader" });
  op.watch(leaderStands(before, leader));
  await op.phase("verify", verifyThroughBypass(before, next, leader));
  if (asksAt("before-open", op)) await op.phase("work", askBeforeOpen);
  const nodes = await op.phase("scale-out", startFollowers(before, next, { leader, quiet }));

  op.startOpening(); // from here on visitors write to the new version
  await op.phase("open", openTraffic(before));
  op.isOpen();
  return op.phase("finish", putSettingsBack(before, next, { nodes, counts: quiet.counts }));
});
