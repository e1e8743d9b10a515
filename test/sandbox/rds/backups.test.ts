import * as sdk from "@aws-sdk/client-rds";
import { describe, expect, it } from "vitest";
import { withInstance } from "./rds-world.ts";

const crm = { DBInstanceIdentifier: "crm-db" };
// Tests begin at 02:00 UTC, and their instance is available at 02:05.
const WINDOW = { ...crm, PreferredBackupWindow: "03:00-03:30" };
const UNTIL_WINDOW_MS = 55 * 60_000;
const BACKUP_MS = 60_001;
const DAY_MS = 24 * 60 * 60_000;

describe("the backup window", () => {
  it(
    "makes the instance backing-up when it begins, so that no snapshot can be taken",
    withInstance(async ({ client, instance, sleep, until, facts }) => {
      await client.modifyDBInstance(WINDOW);
      await sleep(UNTIL_WINDOW_MS - 1);
      expect((await instance("crm-db")).DBInstanceStatus).toBe("available");
      await sleep(1);
      expect((await instance("crm-db")).DBInstanceStatus).toBe("backing-up");
      await expect(client.createDBSnapshot({ ...crm, DBSnapshotIdentifier: "one" })).rejects.toThrow(
        sdk.InvalidDBInstanceStateFault,
      );
      expect(await until("crm-db", "available")).toBe(60_000);
      const { DBSnapshots } = await client.describeDBSnapshots({ SnapshotType: "automated" });
      expect(DBSnapshots).toMatchObject([
        { DBSnapshotIdentifier: "rds:crm-db-2026-01-15-03-00", SnapshotType: "automated", Status: "available" },
      ]);
      expect(facts("snapshot").map(({ status }) => status)).toEqual(["creating", "available"]);
    }),
  );

  it(
    "waits for an instance that is busy when it begins, and passes if it stays so to the end",
    withInstance(
      async ({ client, instance, sleep }) => {
        await client.modifyDBInstance(WINDOW);
        await sleep(UNTIL_WINDOW_MS - 1);
        await client.rebootDBInstance(crm);
        await sleep(90_000);
        expect((await instance("crm-db")).DBInstanceStatus).toBe("rebooting");
        await sleep(60_000);
        expect((await instance("crm-db")).DBInstanceStatus).toBe("backing-up");
      },
      { rebootMs: 100_000 },
    ),
  );

  it(
    "comes each day, and backups older than the retention period are forgotten",
    withInstance(async ({ client, sleep }) => {
      await client.modifyDBInstance({ ...WINDOW, BackupRetentionPeriod: 2, ApplyImmediately: true });
      await sleep(4 * DAY_MS);
      const { DBSnapshots } = await client.describeDBSnapshots({ SnapshotType: "automated" });
      expect(DBSnapshots!.map(({ DBSnapshotIdentifier }) => DBSnapshotIdentifier)).toEqual([
        "rds:crm-db-2026-01-17-03-00",
        "rds:crm-db-2026-01-18-03-00",
      ]);
    }),
  );

  it(
    "does nothing without a retention period, nor when nobody chose it",
    withInstance(async ({ client, made, sleep, facts }) => {
      await client.modifyDBInstance({ ...WINDOW, BackupRetentionPeriod: 0, ApplyImmediately: true });
      await made("other");
      await sleep(2 * DAY_MS);
      expect(facts("snapshot")).toEqual([]);
    }),
  );

  it(
    "moves, and is refused in another form or under half an hour",
    withInstance(async ({ client, instance, until, sleep }) => {
      await client.modifyDBInstance(WINDOW);
      await until("crm-db", "available");
      await client.modifyDBInstance({ ...crm, PreferredBackupWindow: "04:00-04:30" });
      await sleep(UNTIL_WINDOW_MS);
      expect(await instance("crm-db")).toMatchObject({
        DBInstanceStatus: "available",
        PreferredBackupWindow: "04:00-04:30",
      });
      for (const wrong of ["4:00-4:30", "04:00", "04:00-04:10", "25:00-26:00"])
        await expect(client.modifyDBInstance({ ...crm, PreferredBackupWindow: wrong })).rejects.toMatchObject({
          name: "InvalidParameterValue",
        });
    }),
  );
});

describe("an automated snapshot", () => {
  it(
    "can be restored but not deleted, counts against no quota, and goes with its instance",
    withInstance(async ({ client, connect, sleep, until }) => {
      (await connect("crm-db")).write("notes", "kept");
      await client.modifyDBInstance(WINDOW);
      await sleep(UNTIL_WINDOW_MS + BACKUP_MS);
      const [backup] = (await client.describeDBSnapshots(crm)).DBSnapshots!;
      const name = { DBSnapshotIdentifier: backup!.DBSnapshotIdentifier };
      await expect(client.deleteDBSnapshot(name)).rejects.toThrow(sdk.InvalidDBSnapshotStateFault);
      const { AccountQuotas } = await client.describeAccountAttributes({});
      expect(AccountQuotas).toContainEqual({ AccountQuotaName: "ManualSnapshots", Used: 0, Max: 100 });
      await client.restoreDBInstanceFromDBSnapshot({
        DBInstanceIdentifier: "restored",
        DBSnapshotIdentifier: backup!.DBSnapshotArn,
      });
      await until("restored", "available");
      expect((await connect("restored")).read("notes")).toBe("kept");
      await client.deleteDBInstance({ ...crm, SkipFinalSnapshot: true });
      await sleep(120_000);
      await expect(client.describeDBSnapshots(name)).rejects.toThrow(sdk.DBSnapshotNotFoundFault);
    }),
  );
});
