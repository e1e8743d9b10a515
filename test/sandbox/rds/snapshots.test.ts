import * as sdk from "@aws-sdk/client-rds";
import { describe, expect, it } from "vitest";
import { withInstance } from "./rds-world.ts";

const SNAPSHOT_MS = 60_000;
const MEBIBYTE = 2 ** 20;

describe("CreateDBSnapshot", () => {
  it(
    "shows the instance backing-up and the snapshot creating with progress, then both available",
    withInstance(async ({ client, instance, snapshot, sleep, facts }) => {
      const { DBSnapshot } = await client.createDBSnapshot({
        DBSnapshotIdentifier: "One",
        DBInstanceIdentifier: "CRM-db",
      });
      expect(DBSnapshot).toMatchObject({
        DBSnapshotIdentifier: "one",
        Status: "creating",
        PercentProgress: 0,
        SnapshotType: "manual",
      });
      expect((await instance("crm-db")).DBInstanceStatus).toBe("backing-up");
      await sleep(SNAPSHOT_MS / 2);
      expect(await snapshot("one")).toMatchObject({ Status: "creating", PercentProgress: 50 });
      await sleep(SNAPSHOT_MS / 2);
      expect(await snapshot("one")).toMatchObject({ Status: "available", PercentProgress: 100 });
      expect((await instance("crm-db")).DBInstanceStatus).toBe("available");
      expect(facts("snapshot").map(({ status, percent }) => [status, percent])).toEqual([
        ["creating", 0],
        ["available", 100],
      ]);
    }),
  );

  it(
    "is refused while the instance is anything but available or storage-optimization",
    withInstance(async ({ client, until, taken, instance }) => {
      const refused = (name: string, of: string) =>
        expect(client.createDBSnapshot({ DBSnapshotIdentifier: name, DBInstanceIdentifier: of })).rejects.toThrow(
          sdk.InvalidDBInstanceStateFault,
        );
      await client.createDBSnapshot({ DBSnapshotIdentifier: "first", DBInstanceIdentifier: "crm-db" });
      await refused("second", "crm-db");
      await until("crm-db", "available");
      await client.rebootDBInstance({ DBInstanceIdentifier: "crm-db" });
      await refused("second", "crm-db");
      await until("crm-db", "available");

      await client.modifyDBInstance({ DBInstanceIdentifier: "crm-db", AllocatedStorage: 40, ApplyImmediately: true });
      await refused("second", "crm-db");
      await until("crm-db", "storage-optimization");
      await taken("second");
      expect((await instance("crm-db")).DBInstanceStatus).toBe("storage-optimization");
    }),
  );

  it(
    "takes the time of what changed since the instance's last one",
    withInstance(
      async ({ client, connect, untilSnapshot, snapshot }) => {
        const timed = async (name: string) => {
          await client.createDBSnapshot({ DBSnapshotIdentifier: name, DBInstanceIdentifier: "crm-db" });
          return untilSnapshot(name);
        };
        const database = await connect("crm-db");
        database.write("notes", "x".repeat(4 * MEBIBYTE));
        const whole = await timed("whole");
        const nothing = await timed("nothing");
        database.write("more", "x".repeat(2 * MEBIBYTE));
        const changed = await timed("changed");
        expect(nothing).toBe(10_000);
        expect(whole).toBeGreaterThanOrEqual(14_000);
        expect(changed).toBeGreaterThanOrEqual(12_000);
        expect(changed).toBeLessThan(13_000);
        expect((await snapshot("changed")).FullSnapshotSizeInBytes).toBeGreaterThan(6 * MEBIBYTE);
      },
      { snapshotMs: 10_000, snapshotPerChangedGibibyteMs: 1_000 * 1_024 },
    ),
  );

  it(
    "holds what was there when it started, not what was written while it was created",
    withInstance(async ({ client, connect, untilSnapshot, until }) => {
      const database = await connect("crm-db");
      database.write("notes", ["before"]);
      await client.createDBSnapshot({ DBSnapshotIdentifier: "one", DBInstanceIdentifier: "crm-db" });
      database.write("notes", ["before", "after"]);
      await untilSnapshot("one");
      await client.restoreDBInstanceFromDBSnapshot({ DBInstanceIdentifier: "restored", DBSnapshotIdentifier: "one" });
      await until("restored", "available");
      expect((await connect("restored")).read("notes")).toEqual(["before"]);
      expect(database.read("notes")).toEqual(["before", "after"]);
    }),
  );

  it(
    "dates OriginalSnapshotCreateTime from the call, and never gives SnapshotDatabaseTime",
    withInstance(async ({ client, taken, snapshot, untilSnapshot, sleep }) => {
      const called = new Date();
      await taken("one");
      expect((await snapshot("one")).OriginalSnapshotCreateTime).toEqual(called);
      expect(await snapshot("one")).not.toHaveProperty("SnapshotDatabaseTime");
      await sleep(1_000);
      await client.copyDBSnapshot({ SourceDBSnapshotIdentifier: "one", TargetDBSnapshotIdentifier: "copy" });
      await untilSnapshot("copy");
      const copy = await snapshot("copy");
      expect(copy.OriginalSnapshotCreateTime).toEqual(called);
      expect(copy.SnapshotCreateTime).toEqual(new Date(called.getTime() + SNAPSHOT_MS + 1_000));
    }),
  );

  it.each([
    ["1st", false],
    ["trailing-", false],
    ["double--hyphen", false],
    ["under_score", false],
    ["", false],
    [`a${"b".repeat(255)}`, false],
    [`a${"b".repeat(254)}`, true],
    ["Fine-1", true],
  ])("takes a name of 1 to 255 letters, digits and single hyphens, first a letter: %s %s", (name, fine) =>
    withInstance(async ({ client }) => {
      const call = client.createDBSnapshot({ DBSnapshotIdentifier: name, DBInstanceIdentifier: "crm-db" });
      if (fine) expect((await call).DBSnapshot?.DBSnapshotIdentifier).toBe(name.toLowerCase());
      else await expect(call).rejects.toMatchObject({ name: "InvalidParameterValue" });
    })(),
  );

  it(
    "refuses a name that exists, an instance that does not, and the 101st snapshot",
    withInstance(
      async ({ client, taken }) => {
        for (let n = 1; n <= 99; n += 1) await taken(`snapshot-${n}`);
        const create = (name: string, of = "crm-db") =>
          client.createDBSnapshot({ DBSnapshotIdentifier: name, DBInstanceIdentifier: of });
        await expect(create("SNAPSHOT-1")).rejects.toThrow(sdk.DBSnapshotAlreadyExistsFault);
        await expect(create("other", "none")).rejects.toThrow(sdk.DBInstanceNotFoundFault);
        await taken("snapshot-100");
        await expect(create("snapshot-101")).rejects.toThrow(sdk.SnapshotQuotaExceededFault);
        const { AccountQuotas } = await client.describeAccountAttributes({});
        expect(AccountQuotas).toContainEqual({ AccountQuotaName: "ManualSnapshots", Used: 100, Max: 100 });
        await client.deleteDBSnapshot({ DBSnapshotIdentifier: "snapshot-1" });
        await taken("snapshot-101");
      },
      { snapshotMs: 100, instanceMs: 100 },
    ),
  );
});

describe("a snapshot", () => {
  it(
    "cannot be deleted, restored or copied while it is creating",
    withInstance(async ({ client, untilSnapshot, snapshot }) => {
      await client.createDBSnapshot({ DBSnapshotIdentifier: "one", DBInstanceIdentifier: "crm-db" });
      const restore = () =>
        client.restoreDBInstanceFromDBSnapshot({ DBInstanceIdentifier: "restored", DBSnapshotIdentifier: "one" });
      await expect(client.deleteDBSnapshot({ DBSnapshotIdentifier: "one" })).rejects.toThrow(
        sdk.InvalidDBSnapshotStateFault,
      );
      await expect(restore()).rejects.toThrow(sdk.InvalidDBSnapshotStateFault);
      await expect(
        client.copyDBSnapshot({ SourceDBSnapshotIdentifier: "one", TargetDBSnapshotIdentifier: "two" }),
      ).rejects.toThrow(sdk.InvalidDBSnapshotStateFault);
      await untilSnapshot("one");
      expect((await client.deleteDBSnapshot({ DBSnapshotIdentifier: "one" })).DBSnapshot?.Status).toBe("deleted");
      await expect(snapshot("one")).rejects.toThrow(sdk.DBSnapshotNotFoundFault);
      await expect(restore()).rejects.toThrow(sdk.DBSnapshotNotFoundFault);
    }),
  );

  it(
    "is found by its instance, its name, its type and filters",
    withInstance(async ({ client, made, taken }) => {
      await made("other-db");
      await taken("crm-1");
      await taken("crm-2");
      await taken("other-1", "other-db");
      const found = async (input: sdk.DescribeDBSnapshotsCommandInput) =>
        (await client.describeDBSnapshots(input)).DBSnapshots!.map(({ DBSnapshotIdentifier }) => DBSnapshotIdentifier);
      expect(await found({})).toEqual(["crm-1", "crm-2", "other-1"]);
      expect(await found({ DBInstanceIdentifier: "crm-db" })).toEqual(["crm-1", "crm-2"]);
      expect(await found({ DBInstanceIdentifier: "none" })).toEqual([]);
      expect(await found({ DBSnapshotIdentifier: "crm-2" })).toEqual(["crm-2"]);
      expect(await found({ SnapshotType: "automated" })).toEqual([]);
      expect(await found({ Filters: [{ Name: "db-instance-id", Values: ["other-db"] }] })).toEqual(["other-1"]);
      await expect(found({ DBSnapshotIdentifier: "none" })).rejects.toThrow(sdk.DBSnapshotNotFoundFault);
      await expect(found({ SnapshotType: "odd" })).rejects.toMatchObject({ name: "InvalidParameterValue" });
      await expect(found({ Filters: [{ Name: "odd", Values: ["x"] }] })).rejects.toThrow(
        "Unrecognized filter name: odd",
      );
    }),
  );

  it(
    "is tagged by the call, by CopyTagsToSnapshot, and later",
    withInstance(async ({ client, snapshot, untilSnapshot }) => {
      const db = { Key: "team", Value: "crm" };
      await client.addTagsToResource({
        ResourceName: "arn:aws:rds:eu-west-1:111122223333:db:crm-db",
        Tags: [db, { Key: "kept", Value: "no" }],
      });
      await client.modifyDBInstance({ DBInstanceIdentifier: "crm-db", CopyTagsToSnapshot: true });
      await new Promise((resolve) => setTimeout(resolve, 120_000));
      await client.createDBSnapshot({
        DBSnapshotIdentifier: "one",
        DBInstanceIdentifier: "crm-db",
        Tags: [{ Key: "kept", Value: "yes" }],
      });
      await untilSnapshot("one");
      const { DBSnapshotArn: ResourceName } = await snapshot("one");
      expect((await client.listTagsForResource({ ResourceName })).TagList).toEqual([db, { Key: "kept", Value: "yes" }]);
      await client.removeTagsFromResource({ ResourceName, TagKeys: ["team"] });
      expect((await snapshot("one")).TagList).toEqual([{ Key: "kept", Value: "yes" }]);
      await expect(client.addTagsToResource({ ResourceName, Tags: [{ Key: "aws:x", Value: "" }] })).rejects.toThrow(
        "Invalid tag key",
      );
    }),
  );
});
