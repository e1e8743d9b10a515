import { expect } from "vitest";
import type { Switches } from "../../../src/sandbox/cloud/settings.ts";
import { judgedUpgrade, type Meddling } from "../../simulation/judged-upgrade.ts";
import { provenShape } from "../../simulation/proven-shape.ts";
import { dying } from "../dying.ts";
import { virtually } from "./virtually.ts";

/** As a load balancer has it where nobody says anything else. */
const usual: Meddling["cloud"] = {
  migrationMs: 5_000,
  latencies: ["rds: { snapshotMs: 5000 }"],
  seed: "loadBalancers: { noticeboard: { targetGroups: { noticeboard: { healthCheck: { intervalSeconds: 30 } } } } }",
};

virtually("nodes are asked for their health more often inside the window, and as before after it", async () => {
  const { plan } = await provenShape("health-checks-every-30-seconds", { cloud: usual });
  expect(plan.mutations.map(({ summary }) => summary)).toContain(
    "Ask nodes of noticeboard for their health every 6 s instead of every 30 s",
  );
});

virtually("and where the target says so, as often as before", async () => {
  const run = await judgedUpgrade({ cloud: { ...usual, target: ["healthChecks: as-they-are"] } });
  expect(run.violations).toEqual([]);
  expect(run.state.status).toBe("succeeded");
  expect(run.state.mutations.map(({ operation }) => operation)).not.toContain("ModifyTargetGroup");
});

const unknown: Partial<Switches>[] = [
  { healthCheckChangeReachesRegistered: false },
  { healthCheckChangeStartsAnew: true },
];
for (const switches of unknown)
  virtually(`whatever a load balancer makes of the change: ${JSON.stringify(switches)}`, async () => {
    const run = await judgedUpgrade({ cloud: { ...usual, switches } });
    expect({ violations: run.violations, ...run.state }).toMatchObject({
      violations: [],
      status: "succeeded",
      leftovers: [],
    });
  });

const putBack: { when: string; meddling: Meddling; status: string }[] = [
  { when: "no new node can start", meddling: { cloud: { ...usual, cannotStart: true } }, status: "rolled-back" },
  {
    when: "the migration fails and the database is restored",
    meddling: { cloud: { ...usual, breakage: "migration", target: ["onFailure: rollback"] } },
    status: "rolled-back",
  },
  {
    when: "the runbook dies around the change, and around taking it back",
    meddling: {
      cloud: usual,
      run: { crash: dying(["stop/drain", "finish/undo/stop/health-check"]) },
    },
    status: "succeeded",
  },
];
for (const { when, meddling, status } of putBack)
  virtually(`is as before where ${when}`, async () => {
    const run = await judgedUpgrade(meddling);
    expect(run.state.mutations.map(({ operation }) => operation)).toContain("ModifyTargetGroup");
    expect({ violations: run.violations, ...run.state }).toMatchObject({ violations: [], status, leftovers: [] });
  });
