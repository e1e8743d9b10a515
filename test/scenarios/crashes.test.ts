import { expect, test } from "vitest";
import { noticeboardCloud, rowsOf } from "../simulation/noticeboard-cloud.ts";
import { runUpgrade } from "../simulation/run-upgrade.ts";
import { startVisitors } from "../simulation/visitors.ts";
import { inVirtualTime } from "../virtual-time.ts";

/** Runs an upgrade whose runbook dies at each of these chances, counted from the beginning: before a step, after its effect, or once it is remembered. */
const upgradeDyingAt = (...chosen: number[]) =>
  inVirtualTime(async () => {
    const cloud = await noticeboardCloud({ migrationMs: 5_000, latencies: ["rds: { snapshotMs: 5000 }"] });
    const visitors = startVisitors(cloud, { everyMs: 2_000 });
    await cloud.world.clock.sleep(4_000);
    let chances = 0;
    const crash = () => {
      chances += 1;
      if (chosen.includes(chances)) throw new Error("the worker was killed");
    };
    const { state, crashes } = await runUpgrade(cloud, { crash });
    await cloud.world.clock.sleep(5_000);
    await visitors.stop();
    return { cloud, visitors, state, crashes, chances };
  });

test("the runbook may die anywhere: the upgrade still ends right, with one leader and one snapshot", {
  timeout: 240_000,
}, async () => {
  const { chances } = await upgradeDyingAt();
  expect(chances).toBeGreaterThan(150);
  const deaths = Array.from({ length: 12 }, (_, index) => 1 + Math.floor((index * chances) / 12));
  const thrice = [0, 1, 2, 3].map((first) => [deaths[first]!, deaths[first + 4]!, deaths[first + 8]!]);
  for (const chosen of thrice) {
    const { cloud, visitors, state, crashes } = await upgradeDyingAt(...chosen);
    expect({ chosen, crashes, status: state.status, leftovers: state.leftovers }).toEqual({
      chosen,
      crashes: 3,
      status: "succeeded",
      leftovers: [],
    });
    const started = cloud.world.log
      .after()
      .filter((event) => event.kind === "container" && event.change === "started" && event.group.startsWith("family:"));
    expect(started).toHaveLength(1);
    expect((cloud.rds.state() as { snapshots: unknown[] }).snapshots).toHaveLength(1);
    const rows = rowsOf(cloud);
    for (const { text, price } of visitors.acknowledged)
      expect(rows.find((row) => row.text === text)).toMatchObject({ cents: price * 100 });
  }
});
