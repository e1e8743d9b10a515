import * as sdk from "@aws-sdk/client-rds";
import { describe, expect, it } from "vitest";
import { inVirtualTime } from "../../virtual-time.ts";
import { createRdsWorld, withInstance } from "./rds-world.ts";

const crm = { DBInstanceIdentifier: "crm-db" };

describe("CreateDBInstance", () => {
  it("is creating for its time and then answers at its endpoint", () =>
    inVirtualTime(async () => {
      const { create, until, instance, connect, facts, rds } = createRdsWorld();
      const { DBInstance } = await create("CRM-db", { DBName: "notes", EngineVersion: "16.4" });
      expect(DBInstance).toMatchObject({
        DBInstanceIdentifier: "crm-db",
        DBInstanceStatus: "creating",
        DBName: "notes",
      });
      expect(await until("crm-db", "available")).toBe(300_000);
      expect(await instance("crm-db")).toMatchObject({
        EngineVersion: "16.4",
        DBParameterGroups: [{ DBParameterGroupName: "default.postgres16" }],
      });
      expect((await instance("crm-db")).Endpoint!.Address).toMatch(/^127\.32\.\d+\.\d+$/);
      (await connect("crm-db")).write("notes", []);
      expect(facts("database").map(({ change, status }) => [change, status])).toEqual([
        ["created", "creating"],
        ["status", "available"],
      ]);
      await rds.stop();
    }));

  it.each([
    ["a name of 64 characters", { DBInstanceIdentifier: "a".repeat(64) }],
    ["a name that begins with a digit", { DBInstanceIdentifier: "1st" }],
    ["no master user", { MasterUsername: undefined }],
    ["a reserved master user", { MasterUsername: "rdsadmin" }],
    ["a short password", { MasterUserPassword: "short" }],
    ["a password with a slash", { MasterUserPassword: "with/slash" }],
    ["no storage", { AllocatedStorage: undefined }],
    ["too little storage", { AllocatedStorage: 5 }],
    ["an odd class", { DBInstanceClass: "large" }],
    ["an odd version", { EngineVersion: "new" }],
    ["a port below 1150", { Port: 80 }],
    ["a backup retention over 35 days", { BackupRetentionPeriod: 36 }],
    ["an odd security group", { VpcSecurityGroupIds: ["crm"] }],
  ])("refuses %s", (_what, input) =>
    inVirtualTime(async () => {
      const { create, client } = createRdsWorld();
      await expect(create("crm-db", input)).rejects.toMatchObject({
        name: "InvalidParameterValue",
        $metadata: { httpStatusCode: 400 },
      });
      expect((await client.describeDBInstances({})).DBInstances).toEqual([]);
    }),
  );

  it(
    "refuses a name that exists, other engines and members without behaviour",
    withInstance(async ({ create }) => {
      await expect(create("CRM-DB")).rejects.toThrow(sdk.DBInstanceAlreadyExistsFault);
      await expect(create("new", { Engine: "mysql" })).rejects.toMatchObject({ $metadata: { httpStatusCode: 501 } });
      await expect(create("new", { ManageMasterUserPassword: true })).rejects.toThrow(
        "no behaviour here for ManageMasterUserPassword",
      );
    }),
  );
});

describe("DescribeDBInstances", () => {
  it(
    "finds by name in any case, by ARN and by filters, and pages",
    withInstance(
      async ({ client, made, instance }) => {
        for (let n = 10; n < 31; n += 1) await made(`db-${n}`);
        const { DBInstanceArn, DbiResourceId } = await instance("CRM-db");
        const found = async (input: sdk.DescribeDBInstancesCommandInput) => {
          const { DBInstances, Marker } = await client.describeDBInstances(input);
          return { names: DBInstances!.map(({ DBInstanceIdentifier }) => DBInstanceIdentifier), Marker };
        };
        expect((await found({ DBInstanceIdentifier: DBInstanceArn })).names).toEqual(["crm-db"]);
        expect((await found({ Filters: [{ Name: "db-instance-id", Values: ["crm-db", "none"] }] })).names).toEqual([
          "crm-db",
        ]);
        expect((await found({ Filters: [{ Name: "dbi-resource-id", Values: [DbiResourceId!] }] })).names).toEqual([
          "crm-db",
        ]);
        const first = await found({ MaxRecords: 20 });
        const second = await found({ MaxRecords: 20, Marker: first.Marker });
        expect([first.names.length, ...second.names]).toEqual([20, "db-29", "db-30"]);
        expect(second.Marker).toBeUndefined();
        await expect(found({ MaxRecords: 19 })).rejects.toMatchObject({ name: "InvalidParameterValue" });
        await expect(found({ Marker: "?" })).rejects.toThrow("Invalid marker");
        await expect(found({ DBInstanceIdentifier: "none" })).rejects.toThrow(sdk.DBInstanceNotFoundFault);
      },
      { instanceMs: 1 },
    ),
  );
});

describe("ModifyDBInstance", () => {
  it(
    "keeps values pending without ApplyImmediately and applies them with it",
    withInstance(async ({ client, instance, until }) => {
      await client.modifyDBInstance({ ...crm, DBInstanceClass: "db.r6g.large", AllocatedStorage: 50 });
      expect(await instance("crm-db")).toMatchObject({
        DBInstanceStatus: "available",
        DBInstanceClass: "db.t4g.medium",
        PendingModifiedValues: { DBInstanceClass: "db.r6g.large", AllocatedStorage: 50 },
      });
      await client.modifyDBInstance({ ...crm, ApplyImmediately: true });
      expect((await instance("crm-db")).DBInstanceStatus).toBe("modifying");
      expect(await until("crm-db", "storage-optimization")).toBe(60_000);
      expect(await instance("crm-db")).toMatchObject({
        DBInstanceClass: "db.r6g.large",
        AllocatedStorage: 50,
        PendingModifiedValues: {},
      });
      await until("crm-db", "available");
    }),
  );

  it(
    "moves the endpoint with the port",
    withInstance(async ({ client, connect, until, instance }) => {
      const before = await connect("crm-db");
      before.write("notes", "kept");
      await client.modifyDBInstance({ ...crm, DBPortNumber: 6000 });
      await until("crm-db", "available");
      expect((await instance("crm-db")).Endpoint!.Port).toBe(6000);
      expect((await connect("crm-db")).read("notes")).toBe("kept");
      expect(() => before.read("notes")).toThrow("ECONNREFUSED");
    }),
  );

  it(
    "refuses to shrink the storage and to modify what is not available",
    withInstance(async ({ client, create }) => {
      await create("new", { AllocatedStorage: 100 });
      const modify = (identifier: string, AllocatedStorage: number) =>
        client.modifyDBInstance({ DBInstanceIdentifier: identifier, AllocatedStorage, ApplyImmediately: true });
      await expect(modify("new", 200)).rejects.toThrow(sdk.InvalidDBInstanceStateFault);
      await modify("crm-db", 40);
      await new Promise((resolve) => setTimeout(resolve, 60_000));
      await expect(modify("crm-db", 30)).rejects.toMatchObject({ name: "InvalidParameterCombination" });
    }),
  );
});

describe("DeleteDBInstance", () => {
  it(
    "wants either a final snapshot or none, and no deletion protection",
    withInstance(async ({ client, until }) => {
      const refusal = (input: object) =>
        expect(client.deleteDBInstance({ ...crm, ...input })).rejects.toMatchObject({
          name: "InvalidParameterCombination",
        });
      await refusal({});
      await refusal({ SkipFinalSnapshot: true, FinalDBSnapshotIdentifier: "last" });
      await client.modifyDBInstance({ ...crm, DeletionProtection: true });
      await until("crm-db", "available");
      await refusal({ SkipFinalSnapshot: true });
    }),
  );

  it(
    "takes the final snapshot, cuts the endpoint at once and forgets the instance",
    withInstance(async ({ client, connect, instance, snapshot, sleep, until, facts }) => {
      const database = await connect("crm-db");
      database.write("notes", "last words");
      await client.deleteDBInstance({ ...crm, FinalDBSnapshotIdentifier: "last" });
      expect((await instance("crm-db")).DBInstanceStatus).toBe("deleting");
      expect(() => database.read("notes")).toThrow("ECONNREFUSED");
      await expect(client.deleteDBInstance({ ...crm, SkipFinalSnapshot: true })).rejects.toThrow(
        sdk.InvalidDBInstanceStateFault,
      );
      await sleep(120_000);
      await expect(instance("crm-db")).rejects.toThrow(sdk.DBInstanceNotFoundFault);
      expect(facts("database").at(-1)).toMatchObject({ change: "deleted" });
      expect((await snapshot("last")).Status).toBe("available");
      await client.restoreDBInstanceFromDBSnapshot({ ...crm, DBSnapshotIdentifier: "last" });
      await until("crm-db", "available");
      expect((await connect("crm-db")).read("notes")).toBe("last words");
    }),
  );

  it(
    "is refused while the instance is creating or backing up",
    withInstance(async ({ client, create }) => {
      await create("new");
      const remove = (identifier: string) =>
        client.deleteDBInstance({ DBInstanceIdentifier: identifier, SkipFinalSnapshot: true });
      await expect(remove("new")).rejects.toThrow(sdk.InvalidDBInstanceStateFault);
      await client.createDBSnapshot({ ...crm, DBSnapshotIdentifier: "one" });
      await expect(remove("crm-db")).rejects.toThrow(sdk.InvalidDBInstanceStateFault);
    }),
  );
});

describe("an instance", () => {
  it(
    "refuses connections while it reboots and puts a new parameter group in force",
    withInstance(async ({ client, connect, until, instance }) => {
      const database = await connect("crm-db");
      database.write("notes", "kept");
      await client.createDBParameterGroup({
        DBParameterGroupName: "crm-pg",
        DBParameterGroupFamily: "postgres18",
        Description: "crm",
      });
      await client.modifyDBInstance({ ...crm, DBParameterGroupName: "crm-pg" });
      await until("crm-db", "available");
      const group = async () => (await instance("crm-db")).DBParameterGroups![0]!.ParameterApplyStatus;
      expect(await group()).toBe("pending-reboot");
      await client.rebootDBInstance(crm);
      expect(() => database.read("notes")).toThrow("ECONNREFUSED");
      expect(await until("crm-db", "available")).toBe(60_000);
      expect(database.read("notes")).toBe("kept");
      expect(await group()).toBe("in-sync");
    }),
  );

  it(
    "stops and starts",
    withInstance(async ({ client, connect, until }) => {
      const database = await connect("crm-db");
      database.write("notes", "kept");
      await client.stopDBInstance(crm);
      await until("crm-db", "stopped");
      expect(() => database.read("notes")).toThrow("ECONNREFUSED");
      await expect(client.createDBSnapshot({ ...crm, DBSnapshotIdentifier: "one" })).rejects.toThrow(
        sdk.InvalidDBInstanceStateFault,
      );
      await expect(client.stopDBInstance(crm)).rejects.toThrow(sdk.InvalidDBInstanceStateFault);
      await client.startDBInstance(crm);
      await until("crm-db", "available");
      expect(database.read("notes")).toBe("kept");
    }),
  );

  it(
    "recovers by itself, with its data, when its database is killed",
    withInstance(async ({ rds, connect, instance, sleep, facts }) => {
      const database = await connect("crm-db");
      database.write("notes", "acknowledged");
      await rds.kill("crm-db");
      expect(() => database.read("notes")).toThrow("ECONNREFUSED");
      expect((await instance("crm-db")).DBInstanceStatus).toBe("available");
      await sleep(60_000);
      expect(database.read("notes")).toBe("acknowledged");
      expect(
        facts("database")
          .map(({ reason }) => reason)
          .filter(Boolean),
      ).toEqual(["the database crashed", "the database recovered"]);
    }),
  );

  it(
    "shows why it failed when its database cannot be made reachable",
    withInstance(async ({ databases, create, until, facts, rds }) => {
      await databases.create("squatter", { username: "a", password: "b" });
      await databases.expose("squatter", { address: databases.addressOf("new"), port: 5432 });
      await create("new");
      await until("new", "failed");
      expect(facts("database").at(-1)?.reason).toContain("cannot listen at");
      expect(rds.state()).toMatchObject({
        instances: [{ reachable: true }, { DBInstanceIdentifier: "new", reachable: false }],
      });
    }),
  );
});

it(
  "answers 501 for what has no behaviour here",
  withInstance(async ({ client }) => {
    await expect(client.describeGlobalClusters({})).rejects.toMatchObject({ $metadata: { httpStatusCode: 501 } });
  }),
);
