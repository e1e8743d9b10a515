import type { MaintenanceRequest } from "../operations/operation.ts";
import { backUpDatabase } from "./back-up.ts";
import type { Before } from "./before.ts";
import { closeTraffic } from "./close-traffic.ts";
import { putSettingsBack } from "./finish.ts";
import { leaderStands } from "./leader.ts";
import type { Leftover } from "./leftovers.ts";
import { startLeader } from "./migrate.ts";
import { nodeAfterWork } from "./node-after-work.ts";
import { oneNodeStays, startTheOthers, verifyInTheOpen } from "./one-node.ts";
import { openTraffic } from "./open-traffic.ts";
import type { OperationRun } from "./operation-run.ts";
import { pageShows } from "./page-shows.ts";
import { pageStands } from "./page-watch.ts";
import { letPeopleWork } from "./people-work.ts";
import { passEveryCheck } from "./preflight.ts";
import { keepRevisions } from "./prepare.ts";
import { procedure } from "./procedure.ts";
import { startFollowers } from "./scale-out.ts";
import { stopEveryNode } from "./stop-nodes.ts";
import { verifyThroughBypass } from "./verify.ts";
import { nobodyElseStarts } from "./watches.ts";

type Run = OperationRun & { request: MaintenanceRequest };

/** Leaves one node to the people who work on it (plugins, backup and restore, another environment), and starts all others anew when they are done. */
export const maintenance = procedure<MaintenanceRequest>("maintenance", async (op) => {
  const before = await op.phase("preflight", passEveryCheck);
  await op.startChanging(before);
  return op.request.traffic === "open" ? inTheOpen(op, before) : behindThePage(op, before);
});

async function behindThePage(op: Run, before: Before): Promise<Leftover[]> {
  const same = await op.phase("prepare", keepRevisions(before), { keep: "prepared" });
  const closed = await op.phase("close", closeTraffic(before, same), { keep: "closed" });
  op.watch(pageStands(before, same, closed));
  op.watch(pageShows(before));
  const quiet = await op.phase("stop", stopEveryNode(before), { keep: "quiet" });
  op.watch(nobodyElseStarts(before, same));
  const backup = await op.phase("back-up", backUpDatabase(before, quiet));
  const leader = await op.phase("start", startLeader(before, same), { keep: "leader" });

  await op.passPointOfNoReturn(backup, "work"); // from here on people change the data
  op.watch(leaderStands(before, leader));
  await op.phase("work", letPeopleWork(before, leader));
  const node = await nodeAfterWork(op, { before, next: same, leader, generation: 1 });
  await op.phase("verify", verifyThroughBypass(before, same, node));
  const nodes = await op.phase("scale-out", startFollowers(before, same, { leader: node, quiet }));

  op.startOpening();
  await op.phase("open", openTraffic(before));
  op.isOpen();
  return op.phase("finish", putSettingsBack(before, same, { nodes, counts: quiet.counts }));
}

/** For work that users may see: one of the nodes goes on serving them, and what they write meanwhile is not in the snapshot. */
async function inTheOpen(op: Run, before: Before): Promise<Leftover[]> {
  const same = await op.phase("prepare", keepRevisions(before), { keep: "prepared" });
  const backup = await op.phase("back-up", backUpDatabase(before));
  const { node, counts } = await op.phase("stop", oneNodeStays(before), { keep: "quiet" });

  await op.passPointOfNoReturn(backup, "work");
  await op.phase("work", letPeopleWork(before, node));
  await op.phase("verify", verifyInTheOpen(before));
  const nodes = await op.phase("scale-out", startTheOthers(before, { counts }));

  op.isOpen();
  return op.phase("finish", putSettingsBack(before, same, { nodes }));
}
