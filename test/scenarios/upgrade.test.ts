import { expect, test } from "vitest";
import { noticeboardCloud, rowsOf } from "../simulation/noticeboard-cloud.ts";
import { runUpgrade } from "../simulation/run-upgrade.ts";
import { startVisitors } from "../simulation/visitors.ts";
import { inVirtualTime } from "../virtual-time.ts";

test("an upgrade ends with the new version, full count, open, and every acknowledged write there", () =>
  inVirtualTime(async () => {
    const cloud = await noticeboardCloud();
    const visitors = startVisitors(cloud);
    await cloud.world.clock.sleep(10_000);
    const { ending, state, events } = await runUpgrade(cloud);
    await cloud.world.clock.sleep(10_000);
    await visitors.stop();
    console.log(events.map((e) => `${e.at} ${e.type} ${e.key}`).join("\n"), cloud.bugs);
    expect(state.problem).toBeUndefined();
    expect(ending).toEqual({ status: "succeeded" });
    const rows = rowsOf(cloud);
    for (const { text, price } of visitors.acknowledged)
      expect(rows.find((row) => row.text === text)).toMatchObject({ cents: price * 100 });
  }));
