import * as sdk from "@aws-sdk/client-rds";
import { describe, expect, it } from "vitest";
import { type RdsWorld, withInstance } from "./rds-world.ts";

const restore = ({ client }: RdsWorld, input: Partial<sdk.RestoreDBInstanceFromDBSnapshotCommandInput> = {}) =>
  client.restoreDBInstanceFromDBSnapshot({ DBInstanceIdentifier: "restored", DBSnapshotIdentifier: "one", ...input });

/** Gives crm-db settings that are no defaults. */
async function decorate({ client, until }: RdsWorld) {
  await client.createDBParameterGroup({
    DBParameterGroupName: "crm-pg",
    DBParameterGroupFamily: "postgres18",
    Description: "crm",
  });
  await client.modifyDBInstance({
    DBInstanceIdentifier: "crm-db",
    DBParameterGroupName: "crm-pg",
    VpcSecurityGroupIds: ["sg-crm"],
    MultiAZ: true,
    DeletionProtection: true,
    MonitoringInterval: 60,
    EnablePerformanceInsights: true,
    MaxAllocatedStorage: 100,
    PreferredMaintenanceWindow: "sun:03:00-sun:03:30",
    BackupRetentionPeriod: 14,
    EnableIAMDatabaseAuthentication: true,
    ApplyImmediately: true,
  });
  await until("crm-db", "available");
}

describe("RestoreDBInstanceFromDBSnapshot", () => {
  it(
    "makes a new instance with the defaults, not with what the original had",
    withInstance(async (world) => {
      const { instance, taken, until } = world;
      await decorate(world);
      await taken("one");
      await restore(world);
      expect(await until("restored", "available")).toBe(300_000);
      const original = await instance("crm-db");
      const restored = await instance("restored");

      expect(original).toMatchObject({
        MultiAZ: true,
        DeletionProtection: true,
        MonitoringInterval: 60,
        PerformanceInsightsEnabled: true,
        MaxAllocatedStorage: 100,
        IAMDatabaseAuthenticationEnabled: true,
      });
      expect(restored).toMatchObject({
        DBParameterGroups: [{ DBParameterGroupName: "default.postgres18" }],
        VpcSecurityGroups: [{ VpcSecurityGroupId: "sg-0default" }],
        MultiAZ: false,
        DeletionProtection: false,
        IAMDatabaseAuthenticationEnabled: false,
        MonitoringInterval: 0,
        PerformanceInsightsEnabled: false,
        EngineLifecycleSupport: "open-source-rds-extended-support",
        TagList: [],
      });
      expect(restored).not.toHaveProperty("MaxAllocatedStorage");
      expect(restored.PreferredMaintenanceWindow).not.toBe("sun:03:00-sun:03:30");
      expect(restored.DbiResourceId).not.toBe(original.DbiResourceId);
      expect(restored.Endpoint!.Address).not.toBe(original.Endpoint!.Address);
      for (const kept of [
        "Engine",
        "EngineVersion",
        "DBInstanceClass",
        "AllocatedStorage",
        "MasterUsername",
        "BackupRetentionPeriod",
      ] as const)
        expect(restored[kept]).toBe(original[kept]);
    }),
  );

  it(
    "takes what the caller gives",
    withInstance(async (world) => {
      const { instance, taken, until } = world;
      await decorate(world);
      await taken("one");
      const given = {
        DBInstanceClass: "db.r6g.large",
        MultiAZ: true,
        DeletionProtection: true,
        PubliclyAccessible: true,
        BackupRetentionPeriod: 3,
        CopyTagsToSnapshot: true,
      };
      await restore(world, {
        ...given,
        DBParameterGroupName: "crm-pg",
        VpcSecurityGroupIds: ["sg-crm"],
        Port: 5433,
        Tags: [{ Key: "a", Value: "b" }],
      });
      await until("restored", "available");
      expect(await instance("restored")).toMatchObject({
        ...given,
        DBParameterGroups: [{ DBParameterGroupName: "crm-pg", ParameterApplyStatus: "in-sync" }],
        VpcSecurityGroups: [{ VpcSecurityGroupId: "sg-crm" }],
        Endpoint: { Port: 5433 },
        TagList: [{ Key: "a", Value: "b" }],
      });
    }),
  );

  it(
    "has no endpoint and answers nobody while it is creating",
    withInstance(async (world) => {
      const { databases, instance, taken, until, connect } = world;
      await taken("one");
      await restore(world);
      expect(await instance("restored")).not.toHaveProperty("Endpoint");
      const database = databases.connect({ address: databases.addressOf("restored"), port: 5432 });
      expect(() => database.read("notes")).toThrow("ECONNREFUSED");
      await until("restored", "available");
      expect((await connect("restored")).read("notes")).toBeUndefined();
    }),
  );

  it(
    "has the password as of the snapshot",
    withInstance(async (world) => {
      const { client, databases, instance, taken, until } = world;
      await taken("one");
      await client.modifyDBInstance({ DBInstanceIdentifier: "crm-db", MasterUserPassword: "another-password" });
      await until("crm-db", "available");
      await restore(world);
      await until("restored", "available");
      const login = async (identifier: string, password: string) => {
        const { Endpoint } = await instance(identifier);
        const at = { address: Endpoint!.Address!, port: Endpoint!.Port! };
        return () => databases.connect(at, { username: "app", password }).read("notes");
      };
      expect(await login("restored", "secret-password")).not.toThrow();
      expect(await login("restored", "another-password")).toThrow("password authentication failed");
      expect(await login("crm-db", "another-password")).not.toThrow();
      expect(await login("crm-db", "secret-password")).toThrow("password authentication failed");
    }),
  );

  it(
    "begins a new generation of the data each time, and leaves the original's alone",
    withInstance(async (world) => {
      const { facts, taken, until } = world;
      await taken("one");
      await restore(world);
      await until("restored", "available");
      await restore(world, { DBInstanceIdentifier: "again" });
      await until("again", "available");
      const generations = facts("database")
        .filter(({ change }) => change === "created")
        .map(({ generation }) => generation);
      expect(new Set(generations).size).toBe(3);
      expect(facts("snapshot")[0]?.generation).toBe(generations[0]);
    }),
  );

  it(
    "may fail, and what is left can be deleted",
    withInstance(async (world) => {
      const { client, databases, taken, until, instance } = world;
      await taken("one");
      const { restore: working } = databases;
      databases.restore = () => Promise.reject(new Error("the storage cannot be read"));
      await restore(world);
      await until("restored", "failed");
      databases.restore = working;
      await client.deleteDBInstance({ DBInstanceIdentifier: "restored", SkipFinalSnapshot: true });
      await world.sleep(120_000);
      await expect(instance("restored")).rejects.toThrow(sdk.DBInstanceNotFoundFault);
    }),
  );

  it(
    "refuses a name that exists, a snapshot that does not, and members that have no behaviour",
    withInstance(async (world) => {
      await world.taken("one");
      await expect(restore(world, { DBInstanceIdentifier: "crm-db" })).rejects.toThrow(
        sdk.DBInstanceAlreadyExistsFault,
      );
      await expect(restore(world, { DBSnapshotIdentifier: "none" })).rejects.toThrow(sdk.DBSnapshotNotFoundFault);
      await expect(restore(world, { DBParameterGroupName: "none" })).rejects.toThrow(sdk.DBParameterGroupNotFoundFault);
      await expect(restore(world, { DBSubnetGroupName: "none" })).rejects.toThrow(sdk.DBSubnetGroupNotFoundFault);
      await expect(restore(world, { AllocatedStorage: 20_000_000 })).rejects.toMatchObject({
        name: "InvalidParameterValue",
      });
      await expect(restore(world, { ManageMasterUserPassword: true })).rejects.toMatchObject({
        $metadata: { httpStatusCode: 501 },
      });
    }),
  );
});
