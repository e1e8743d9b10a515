import * as sdk from "@aws-sdk/client-rds";
import { describe, expect, it } from "vitest";
import { withInstance } from "./rds-world.ts";

const RENAME_MS = 120_000;
const RENAME_DNS_MS = 600_000;
const rename = { DBInstanceIdentifier: "crm-db", NewDBInstanceIdentifier: "crm-old", ApplyImmediately: true };

describe("renaming an instance", () => {
  it(
    "takes the old endpoint away at once and makes the new one reachable only when its name resolves",
    withInstance(async ({ client, connect, databases, sleep, instance, facts }) => {
      const old = await connect("crm-db");
      old.write("notes", ["kept"]);
      const renamed = databases.connect({ address: databases.addressOf("crm-old"), port: 5432 });

      await client.modifyDBInstance(rename);
      expect((await instance("crm-db")).DBInstanceStatus).toBe("renaming");
      expect(() => old.read("notes")).toThrow("ECONNREFUSED");
      await sleep(RENAME_MS);
      expect((await instance("crm-old")).DBInstanceStatus).toBe("available");
      await expect(instance("crm-db")).rejects.toThrow(sdk.DBInstanceNotFoundFault);
      expect(() => renamed.read("notes")).toThrow("ECONNREFUSED");

      await sleep(RENAME_DNS_MS - RENAME_MS - 1);
      expect(() => renamed.read("notes")).toThrow("ECONNREFUSED");
      await sleep(1);
      expect(renamed.read("notes")).toEqual(["kept"]);
      expect(() => old.read("notes")).toThrow("ECONNREFUSED");
      expect(facts("database").at(-1)).toMatchObject({
        identifier: "crm-old",
        endpoint: `${databases.addressOf("crm-old")}:5432`,
      });
    }),
  );

  it(
    "keeps the resource id, the data's generation, the tags and the snapshots",
    withInstance(async ({ client, instance, taken, until, facts, sleep }) => {
      await client.addTagsToResource({
        ResourceName: "arn:aws:rds:eu-west-1:111122223333:db:crm-db",
        Tags: [{ Key: "a", Value: "b" }],
      });
      await taken("one");
      const before = await instance("crm-db");
      await client.modifyDBInstance(rename);
      await sleep(RENAME_MS);
      await until("crm-old", "available");
      const after = await instance("crm-old");
      expect(after.DbiResourceId).toBe(before.DbiResourceId);
      expect(after.TagList).toEqual([{ Key: "a", Value: "b" }]);
      expect(after.DBInstanceArn).toBe("arn:aws:rds:eu-west-1:111122223333:db:crm-old");
      const { DBSnapshots } = await client.describeDBSnapshots({ DBInstanceIdentifier: "crm-old" });
      expect(DBSnapshots).toMatchObject([{ DBSnapshotIdentifier: "one", DbiResourceId: before.DbiResourceId }]);
      const generations = new Set(facts("database").map(({ generation }) => generation));
      expect(generations.size).toBe(1);
      expect(facts("database").map(({ change }) => change)).toContain("renamed");
    }),
  );

  it(
    "waits for the maintenance window without ApplyImmediately, until a later call applies what is pending",
    withInstance(async ({ client, instance, sleep, until }) => {
      await client.modifyDBInstance({ ...rename, ApplyImmediately: false });
      await sleep(RENAME_MS);
      expect(await instance("crm-db")).toMatchObject({
        DBInstanceStatus: "available",
        PendingModifiedValues: { DBInstanceIdentifier: "crm-old" },
      });
      await client.modifyDBInstance({ DBInstanceIdentifier: "crm-db", ApplyImmediately: true });
      await sleep(RENAME_MS);
      await until("crm-old", "available");
      expect(await instance("crm-old")).toMatchObject({ PendingModifiedValues: {} });
    }),
  );

  it(
    "frees the old name for another instance, at the old endpoint",
    withInstance(async ({ client, connect, made, databases, sleep, create }) => {
      (await connect("crm-db")).write("notes", "old data");
      await client.modifyDBInstance(rename);
      await expect(create("crm-old")).rejects.toThrow(sdk.DBInstanceAlreadyExistsFault);
      await sleep(RENAME_MS);
      await made("crm-db");
      const database = databases.connect({ address: databases.addressOf("crm-db"), port: 5432 });
      expect(database.read("notes")).toBeUndefined();
      await sleep(RENAME_DNS_MS);
      expect((await connect("crm-old")).read("notes")).toBe("old data");
    }),
  );

  it(
    "refuses a name that exists, a bad name, and an instance that is not available",
    withInstance(async ({ client, made }) => {
      await made("crm-old");
      const to = (name: string) => client.modifyDBInstance({ ...rename, NewDBInstanceIdentifier: name });
      await expect(to("crm-old")).rejects.toThrow(sdk.DBInstanceAlreadyExistsFault);
      await expect(to("crm--db")).rejects.toMatchObject({ name: "InvalidParameterValue" });
      await client.rebootDBInstance({ DBInstanceIdentifier: "crm-db" });
      await expect(to("free")).rejects.toThrow(sdk.InvalidDBInstanceStateFault);
    }),
  );
});
