import { expect, test } from "vitest";
import { onAurora, onMultiAzCluster } from "../../simulation/database-seeds.ts";
import { judgedUpgrade } from "../../simulation/judged-upgrade.ts";
import { inVirtualTime } from "../../virtual-time.ts";

const LATENCIES =
  "rds: { instanceMs: 40000, clusterMs: 20000, modifyMs: 8000, rebootMs: 5000, renameMs: 15000, renameDnsMs: 90000, snapshotMs: 5000 }";

/** What a migration has half done, on every shape of database, is taken back by itself. */
test.each([
  { shape: "an instance", mode: "rename", seed: undefined },
  { shape: "an instance", mode: "repoint", seed: undefined },
  { shape: "an Aurora cluster", mode: "rename", seed: onAurora() },
  { shape: "an Aurora cluster", mode: "repoint", seed: onAurora() },
  { shape: "a Multi-AZ DB cluster", mode: "repoint", seed: onMultiAzCluster },
])("an upgrade that fails on $shape goes back by $mode, with stale names", { timeout: 120_000 }, ({ mode, seed }) =>
  inVirtualTime(async () => {
    const { cloud, violations, state } = await judgedUpgrade({
      cloud: {
        seed,
        breakage: "migration",
        target: [`restore: { fence: sg-fence, mode: ${mode} }`, "onFailure: rollback"],
        latencies: [LATENCIES],
        switches: { renamedNameResolvesStale: true },
      },
    });
    expect(violations).toEqual([]);
    expect(state).toMatchObject({ status: "rolled-back", leftovers: [], problem: { code: "migration-failed" } });
    expect(cloud.bugs).toEqual([]);
  }),
);
