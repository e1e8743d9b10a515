import { ModifyDBClusterCommand, RDSClient } from "@aws-sdk/client-rds";
import { expect, test } from "vitest";
import { onAurora } from "../../simulation/database-seeds.ts";
import { judgedUpgrade, type Meddling } from "../../simulation/judged-upgrade.ts";
import { inVirtualTime } from "../../virtual-time.ts";

const virtually = (name: string, body: () => Promise<unknown>) =>
  test(name, { timeout: 90_000 }, () => inVirtualTime(async () => void (await body())));

const cloud = { seed: onAurora() };

/** Ends with everything as before, for this reason. */
async function putBack(meddling: Meddling, problem: object) {
  const run = await judgedUpgrade(meddling);
  expect(run.violations).toEqual([]);
  expect(run.state).toMatchObject({ status: "rolled-back", leftovers: [], problem });
  return run;
}

virtually("a key that was disabled shows at the call at the latest, and everything is put back", () =>
  putBack(
    { cloud: { seed: onAurora(", kmsKey: disabled-1234") } },
    { code: "aws-refused", message: expect.stringContaining("KMSKeyNotAccessibleFault") },
  ),
);

virtually("a cluster's snapshot that fails", () =>
  putBack(
    { cloud, meddle: ({ rds }) => rds.disturb("noticeboard-aurora", { failNextSnapshot: true }) },
    { code: "snapshot-failed" },
  ),
);

virtually("a snapshot that somebody deletes while it is being made is not waited for", async () => {
  const run = await putBack(
    {
      cloud,
      meddle: ({ runbook }) => {
        const { rds } = runbook.aws;
        rds.snapshot = async () => undefined;
      },
    },
    { code: "snapshot-gone" },
  );
  const [closed, ended] = [run.state.window.closedAt!, run.state.finishedAt!];
  expect(Date.parse(ended) - Date.parse(closed)).toBeLessThan(10 * 60_000);
});

virtually("a cluster that gets busy between the look and the call is asked again", async () => {
  const answers: boolean[] = [];
  const run = await judgedUpgrade({
    cloud,
    meddle: ({ runbook, operator }) => {
      const client = new RDSClient(operator);
      const { rds } = runbook.aws;
      const { createSnapshot } = rds;
      let calls = 0;
      rds.createSnapshot = async (input) => {
        calls += 1;
        const change = { DBClusterIdentifier: "noticeboard-aurora", DeletionProtection: false, ApplyImmediately: true };
        if (calls === 1) await client.send(new ModifyDBClusterCommand(change));
        const made = await createSnapshot(input);
        answers.push(made);
        return made;
      };
    },
  });
  expect(answers).toEqual([false, true]);
  expect(run.violations).toEqual([]);
  expect(run.state).toMatchObject({ status: "succeeded", leftovers: [] });
});

virtually("a database that is stopped inside the window is not waited for", () =>
  putBack(
    {
      cloud,
      meddle: ({ runbook }) => {
        const { rds } = runbook.aws;
        const { database } = rds;
        let looks = 0;
        rds.database = async (wanted) => {
          const found = await database(wanted);
          looks += 1;
          return found && looks > 1 ? { ...found, status: "stopped" } : found;
        };
      },
    },
    { code: "database-unavailable" },
  ),
);

virtually("snapshots of a cluster beyond those to keep are deleted, warm-ups too, and nobody else's", async () => {
  const identifiers = (run: Awaited<ReturnType<typeof judgedUpgrade>>) =>
    (run.cloud.rds.state() as { clusterSnapshots: { DBClusterSnapshotIdentifier: string }[] }).clusterSnapshots
      .map(({ DBClusterSnapshotIdentifier: identifier }) => identifier)
      .toSorted((a, b) => a.localeCompare(b));
  const run = await judgedUpgrade({
    cloud: { ...cloud, target: ["snapshot: { keep: 1, warmUp: true }"] },
    arrange: async ({ runbook, world }) => {
      const of = { kind: "cluster" as const, identifier: "noticeboard-aurora" };
      const operation = "op-20250101-020000-000001";
      const tags = {
        "intermission:operation": operation,
        "intermission:target": "noticeboard",
        "intermission:role": "backup",
        "intermission:outcome": "succeeded",
      };
      for (const identifier of [`intermission-${operation}`, "before-the-audit"]) {
        await runbook.aws.rds.createSnapshot({ of, identifier, tags });
        await world.clock.sleep(120_000);
      }
    },
  });
  expect(run.violations).toEqual([]);
  expect(run.state).toMatchObject({ status: "succeeded", leftovers: [] });
  expect(identifiers(run)).toEqual(["before-the-audit", `intermission-${run.state.id}`]);
});
