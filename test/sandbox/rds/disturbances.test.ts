import * as sdk from "@aws-sdk/client-rds";
import { describe, expect, it } from "vitest";
import { withCluster, withInstance } from "./rds-world.ts";

const crm = { DBInstanceIdentifier: "crm-db" };
const one = { ...crm, DBSnapshotIdentifier: "one" };

describe("a snapshot that fails", () => {
  it(
    "ends as failed, cannot be restored, can be deleted, and leaves the instance available for another one",
    withInstance(async ({ client, rds, snapshot, sleep, taken, instance, facts }) => {
      rds.disturb("CRM-db", { failNextSnapshot: true });
      await client.createDBSnapshot(one);
      await sleep(60_000);
      expect(await snapshot("one")).toMatchObject({ Status: "failed", PercentProgress: 0 });
      expect((await instance("crm-db")).DBInstanceStatus).toBe("available");
      expect(facts("snapshot").at(-1)).toMatchObject({ identifier: "one", status: "failed" });
      await expect(
        client.restoreDBInstanceFromDBSnapshot({ DBInstanceIdentifier: "new", DBSnapshotIdentifier: "one" }),
      ).rejects.toThrow(sdk.InvalidDBSnapshotStateFault);
      await client.deleteDBSnapshot({ DBSnapshotIdentifier: "one" });
      await taken("one");
    }),
  );

  it(
    "can be a cluster's",
    withCluster(async ({ client, rds, clusterSnapshot, untilCluster }) => {
      rds.disturb("crm", { failNextSnapshot: true });
      await client.createDBClusterSnapshot({ DBClusterIdentifier: "crm", DBClusterSnapshotIdentifier: "one" });
      await untilCluster("crm", "available");
      expect((await clusterSnapshot("one")).Status).toBe("failed");
    }),
  );
});

describe("an instance whose storage is full", () => {
  it(
    "cannot be snapshotted, and is available again when its storage was enlarged",
    withInstance(async ({ client, rds, instance, until, taken, connect }) => {
      rds.disturb("crm-db", { storageFull: true });
      expect((await instance("crm-db")).DBInstanceStatus).toBe("storage-full");
      expect((await connect("crm-db")).read("notes")).toBeUndefined();
      await expect(client.createDBSnapshot(one)).rejects.toThrow(sdk.InvalidDBInstanceStateFault);
      await expect(client.modifyDBInstance({ ...crm, MultiAZ: true, ApplyImmediately: true })).rejects.toThrow(
        sdk.InvalidDBInstanceStateFault,
      );
      await client.modifyDBInstance({ ...crm, AllocatedStorage: 40, ApplyImmediately: true });
      await until("crm-db", "storage-optimization");
      await taken("one");
    }),
  );

  it(
    "is none that is busy, unknown, or a member of a cluster, whose storage grows by itself",
    withCluster(async ({ rds, create }) => {
      await create("new");
      expect(() => rds.disturb("new", { storageFull: true })).toThrow("new is creating");
      expect(() => rds.disturb("none", { storageFull: true })).toThrow("DBInstance none not found");
      expect(() => rds.disturb("crm-1", { storageFull: true })).toThrow("grows by itself");
    }),
  );
});
