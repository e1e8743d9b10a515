import type { RollbackRequest } from "../operations/operation.ts";
import { closeTraffic } from "./close-traffic.ts";
import { goBack } from "./go-back.ts";
import { pageShows } from "./page-shows.ts";
import { pageStands } from "./page-watch.ts";
import { passEveryCheck } from "./preflight.ts";
import { keepRevisions } from "./prepare.ts";
import { procedure } from "./procedure.ts";
import { stopEveryNode } from "./stop-nodes.ts";
import { wayBackTo } from "./way-back.ts";

/** Takes an operation back that has ended: the version that ran before it, on the data that was there before it. */
export const rollback = procedure<RollbackRequest>("rollback", async (op) => {
  const before = await op.phase("preflight", passEveryCheck);

  await op.startChanging(before); // from here on a failure puts everything back
  const now = await op.phase("prepare", keepRevisions(before), { keep: "prepared" });
  const closed = await op.phase("close", closeTraffic(before, now), { keep: "closed" });
  op.watch(pageStands(before, now, closed));
  op.watch(pageShows(before));
  const quiet = await op.phase("stop", stopEveryNode(before), { keep: "quiet" });

  const way = wayBackTo(before, {
    bypassSecret: now.bypassSecret,
    quiet,
    closed,
    mode: op.request.restore ?? op.target.restore.mode,
  });
  await op.passPointOfNoReturn(way.snapshot, "restore"); // from here on the present data is put aside, and only the old version may run
  return goBack(op, way, { why: `${op.request.of} is taken back`, generation: 2, stopped: true });
});
