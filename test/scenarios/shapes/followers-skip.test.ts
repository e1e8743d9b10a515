import { expect } from "vitest";
import { judgedUpgrade, type Meddling, startsOf } from "../../simulation/judged-upgrade.ts";
import { provenShape } from "../../simulation/proven-shape.ts";
import { dying } from "../dying.ts";
import { virtually } from "./virtually.ts";

const skipping: Meddling["cloud"] = {
  migrationMs: 5_000,
  upgradeAgainMs: 60_000,
  latencies: ["rds: { snapshotMs: 5000 }"],
  target: ['followers: { skipSameVersionUpgrade: { SKIP_SAME_VERSION_UPGRADE: "true" } }'],
};
const VARIABLE = "SKIP_SAME_VERSION_UPGRADE";

virtually("followers are told not to go through the upgrade once more, and the leader never is", async () => {
  const { cloud } = await provenShape("followers-skip", { cloud: skipping });
  const told = startsOf(cloud, "sha256:222").map(({ group, environment }) => [group, environment?.[VARIABLE]]);
  expect(told).toEqual([
    ["family:noticeboard", ""],
    ["service:noticeboard", "true"],
    ["service:noticeboard", "true"],
    ["service:noticeboard", "true"],
  ]);
});

virtually("going back starts the old version as it was told before", async () => {
  const run = await judgedUpgrade({
    cloud: { ...skipping, breakage: "migration", target: [...skipping.target!, "onFailure: rollback"] },
  });
  expect({ violations: run.violations, ...run.state }).toMatchObject({
    violations: [],
    status: "rolled-back",
    leftovers: [],
  });
  const [, ...followers] = startsOf(run.cloud, "sha256:111").slice(-3);
  expect(followers.map(({ environment }) => environment?.[VARIABLE])).toEqual([undefined, undefined]);
});

virtually("the runbook may die around the registration of what they run", async () => {
  const run = await judgedUpgrade({ cloud: skipping, run: { crash: dying(["prepare/prepare/register/noticeboard"]) } });
  expect({ violations: run.violations, ...run.state }).toMatchObject({
    violations: [],
    status: "succeeded",
    leftovers: [],
  });
});
