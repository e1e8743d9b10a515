import { describe, expect } from "vitest";
import type { RollbackRequest } from "../../../src/operations/operation.ts";
import { type Surroundings, visitedCloud } from "../../simulation/judged-procedure.ts";
import { startsOf } from "../../simulation/judged-upgrade.ts";
import { rowsOf } from "../../simulation/noticeboard-cloud.ts";
import { expectProven } from "../../simulation/proven-procedure.ts";
import type { ProcedureRun } from "../../simulation/run-procedure.ts";
import { OPERATION, upgradeRequest } from "../../simulation/run-upgrade.ts";
import { virtually } from "../shapes/virtually.ts";

const ROLLBACK = "op-20260115-060000-77aa11";
const FENCE = "restore: { fence: sg-fence-noticeboard }";

/** An upgrade that succeeded, ten minutes of visits, and a rollback of it, with the confirmation that the API asks for. */
async function rollbackAfterUpgrade(
  request: Partial<RollbackRequest> = {},
  { cloud, ...run }: Pick<Surroundings, "cloud"> & Partial<Omit<ProcedureRun, "request">> = {},
) {
  const bed = await visitedCloud({
    visitEveryMs: 5_000,
    cloud: {
      migrationMs: 5_000,
      latencies: ["rds: { snapshotMs: 5000, instanceMs: 20000, modifyMs: 5000, renameMs: 10000, renameDnsMs: 20000 }"],
      target: [FENCE],
      ...cloud,
    },
  });
  const upgrade = await bed.run({ request: upgradeRequest() });
  expect(upgrade.violations).toEqual([]);
  const upgradedRows = rowsOf(bed.cloud).length;
  const rollback = await bed.run({
    id: ROLLBACK,
    ...run,
    request: { procedure: "rollback", of: OPERATION, discards: { from: upgrade.state.window.openingAt! }, ...request },
  });
  await bed.visitors.stop();
  return { ...bed, upgrade, upgradedRows, ...rollback };
}

describe("the rollback of an upgrade", () => {
  virtually("brings back the old version on the data from before it, under the same name", async () => {
    const run = await rollbackAfterUpgrade();
    await expectProven("rollback", run);
    expect(run.state).toMatchObject({ status: "succeeded", site: "open", leftovers: [] });
    expect(run.state.nodes.after.map(({ imageDigest }) => imageDigest?.slice(0, 8))).toEqual(Array(3).fill("sha256:1"));
    expect(run.state.discarded).toMatchObject([{ from: run.upgrade.state.window.openingAt }]);
    // Three at first, the one, and three again.
    expect(startsOf(run.cloud, "sha256:1")).toHaveLength(7);
  });

  virtually(
    "leaves the present database where it is with repoint, and leads the old version to the restored one",
    async () => {
      const run = await rollbackAfterUpgrade({ restore: "repoint" });
      await expectProven("rollback-repoint", run);
      expect(run.state).toMatchObject({ status: "succeeded", site: "open", leftovers: [] });
    },
  );

  virtually("is refused where the writes since the opening are not confirmed, and says what to confirm", async () => {
    const run = await rollbackAfterUpgrade({ discards: undefined });
    expect(run.violations).toEqual([]);
    expect(run.state).toMatchObject({ status: "refused", mutations: [] });
    const { openingAt } = run.upgrade.state.window;
    expect(run.state.checks.filter(({ outcome }) => outcome === "failed")).toMatchObject([
      { fix: expect.stringContaining(openingAt!) },
    ]);
  });
});
