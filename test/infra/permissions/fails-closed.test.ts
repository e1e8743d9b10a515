import { expect, test, vi } from "vitest";
import { noticeboardCloud, TARGET } from "../../simulation/noticeboard-cloud.ts";
import { runUpgrade } from "../../simulation/run-upgrade.ts";
import { inVirtualTime } from "../../virtual-time.ts";
import { denials, permit } from "./permitted-cloud.ts";
import { LATENCIES } from "./scenarios.ts";

// Each look of each wait is a call over the wire.
vi.setConfig({ testTimeout: 60_000 });

/** An upgrade by a runbook that lacks one grant, as if a deployment had lost it. */
const upgradeWithout = (sid: string) =>
  inVirtualTime(async () => {
    const cloud = await noticeboardCloud({ migrationMs: 1_000, latencies: LATENCIES });
    const { runbook } = await permit(cloud, { without: [sid] });
    expect(runbook.map((grant) => grant.sid)).toContain(sid);
    const { state, events } = await runUpgrade(cloud);
    expect(denials(cloud).length).toBeGreaterThan(0);
    return { state, closed: events.some(({ type }) => type === "closed") };
  });

const WHAT_TO_DO = expect.stringContaining("npm run deploy");

test("a target that has changed since the deployment is refused before anything is touched", () =>
  inVirtualTime(async () => {
    const cloud = await noticeboardCloud({ latencies: LATENCIES });
    await permit(cloud);
    const target = cloud.configuration.targets.get(TARGET)!;
    cloud.configuration.targets.set(TARGET, { ...target, resources: { ...target.resources!, targetGroups: [] } });
    const { state } = await runUpgrade(cloud);
    expect(state).toMatchObject({ status: "refused", site: "open", mutations: [] });
    expect(state.problem?.message).toMatch(
      /^permissions-cover-the-target: .*the target group \S+ is not among `resources.targetGroups`/,
    );
    expect(state.problem?.hint).toMatch(/npm run init -- --refresh.*npm run deploy/);
  }));

test("without leave to register revisions the old version serves on, and the site was never closed", async () => {
  const { state, closed } = await upgradeWithout("RegisterRevisions");
  expect(state).toMatchObject({ status: "rolled-back", site: "open", leftovers: [] });
  expect(state.problem).toMatchObject({
    code: "aws-refused",
    message: expect.stringMatching(
      /not authorized to perform: ecs:RegisterTaskDefinition on resource: arn:aws:ecs:.*noticeboard:\*/,
    ),
    hint: WHAT_TO_DO,
  });
  expect(closed).toBe(false);
});

test("without leave to take the snapshot the old version is started again: nothing has touched the data", async () => {
  const { state, closed } = await upgradeWithout("SnapshotInstances");
  expect(closed).toBe(true);
  expect(state).toMatchObject({ status: "rolled-back", site: "open", leftovers: [] });
  expect(state.nodes.after.map(({ imageDigest }) => imageDigest?.slice(0, 8))).toEqual(Array(3).fill("sha256:1"));
  expect(state.problem).toMatchObject({ message: expect.stringContaining("rds:CreateDBSnapshot"), hint: WHAT_TO_DO });
});

test("without leave to delete its rules the verified version is held behind the page, with the reason", async () => {
  const { state } = await upgradeWithout("DeleteOwnRules");
  expect(state).toMatchObject({ status: "held", site: "closed" });
  expect(state.problem?.message).toMatch(
    /not authorized to perform: elasticloadbalancing:DeleteRule on resource: \S+listener-rule/,
  );
  expect(state.problem?.hint).toEqual(WHAT_TO_DO);
});
