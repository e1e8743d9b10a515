import { describe, expect, test } from "vitest";
import { judgedUpgrade } from "../simulation/judged-upgrade.ts";
import { type NoticeboardCloudOptions, rowsOf } from "../simulation/noticeboard-cloud.ts";
import { timeline } from "../simulation/timeline.ts";
import { inVirtualTime } from "../virtual-time.ts";

async function upgradeWithVisitors(options: NoticeboardCloudOptions = {}) {
  const run = await judgedUpgrade({ cloud: options });
  expect(run.violations).toEqual([]);
  expect(run.cloud.bugs).toEqual([]);
  return run;
}

test(
  "an upgrade ends with the new version, full count, open, and every acknowledged write migrated once",
  { timeout: 60_000 },
  () =>
    inVirtualTime(async () => {
      const { cloud, visitors, state, events } = await upgradeWithVisitors();
      expect(state).toMatchObject({ status: "succeeded", site: "open", verifiedVersion: "2.0.0", leftovers: [] });
      expect(state.nodes.after).toHaveLength(3);
      expect(visitors.statuses.at(-1)).toMatchObject({ status: 201 });
      const rows = rowsOf(cloud);
      for (const { text, price } of visitors.acknowledged)
        expect(rows.find((row) => row.text === text)).toMatchObject({ cents: price * 100 });
      await expect(timeline(events)).toMatchFileSnapshot("golden/upgrade.txt");
    }),
);

describe("is safe whichever way AWS behaves where its documentation leaves it open", () => {
  const both = [
    { stopTaskWaitsForDraining: false },
    { stopTaskCutsDraining: true },
    { loweredDelayAppliesToDraining: true },
    { executionStoppedAtVisible: false },
    { rulesSwitchTogether: true },
    { breakerCountsExitAfterRunning: true },
    { deploymentAtZeroCompletes: false },
  ];
  test.each(both)("%o", { timeout: 60_000 }, (switches) =>
    inVirtualTime(async () => {
      const { state } = await upgradeWithVisitors({ switches });
      expect(state).toMatchObject({ status: "succeeded", leftovers: [] });
    }),
  );
});

test("a container that ignores SIGTERM is waited for until it is killed", { timeout: 60_000 }, () =>
  inVirtualTime(async () => {
    const { state, events } = await upgradeWithVisitors({ termMs: 3_600_000 });
    expect(state.status).toBe("succeeded");
    const at = (type: string) => Date.parse(events.find((event) => event.type === type)!.at);
    expect(at("quiet") - at("closed")).toBeGreaterThan(30_000);
  }),
);

test("a warm-up snapshot is taken before the window and deleted at the end", { timeout: 60_000 }, () =>
  inVirtualTime(async () => {
    const { state, cloud } = await upgradeWithVisitors({ target: ["snapshot: { warmUp: true }"] });
    expect(state).toMatchObject({ status: "succeeded", leftovers: [] });
    const { snapshots } = cloud.rds.state() as { snapshots: { DBSnapshotIdentifier: string; Status: string }[] };
    expect(snapshots.map(({ DBSnapshotIdentifier, Status }) => `${DBSnapshotIdentifier} ${Status}`)).toEqual([
      `intermission-${state.id} available`,
    ]);
  }),
);
