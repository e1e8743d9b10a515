import * as sdk from "@aws-sdk/client-rds";
import { describe, expect, it } from "vitest";
import { type RdsWorld, withCluster } from "./rds-world.ts";

const crm = { DBClusterIdentifier: "crm" };
const CLUSTER_MS = 180_000;
const SNAPSHOT_MS = 60_000;

const snapshotOf = ({ client }: RdsWorld, name: string, more: Partial<sdk.CreateDBClusterSnapshotCommandInput> = {}) =>
  client.createDBClusterSnapshot({ DBClusterSnapshotIdentifier: name, ...crm, ...more });
const taken = async (world: RdsWorld, name: string) => {
  await snapshotOf(world, name);
  await world.untilCluster("crm", "available");
};
const restore = ({ client }: RdsWorld, more: Partial<sdk.RestoreDBClusterFromSnapshotCommandInput> = {}) =>
  client.restoreDBClusterFromSnapshot({
    DBClusterIdentifier: "restored",
    SnapshotIdentifier: "one",
    Engine: "aurora-postgresql",
    ...more,
  });

describe("CreateDBClusterSnapshot", () => {
  it(
    "wants the cluster available, and says when it was taken and nothing about transactions",
    withCluster(async (world) => {
      const { cluster, clusterSnapshot, sleep } = world;
      const called = new Date();
      const { DBClusterSnapshot } = await snapshotOf(world, "One");
      expect(DBClusterSnapshot).toMatchObject({
        DBClusterSnapshotIdentifier: "one",
        Status: "creating",
        SnapshotType: "manual",
        PercentProgress: 0,
      });
      expect((await cluster("crm")).Status).toBe("backing-up");
      await expect(snapshotOf(world, "two")).rejects.toThrow(sdk.InvalidDBClusterStateFault);
      await sleep(SNAPSHOT_MS);
      const snapshot = await clusterSnapshot("one");
      expect(snapshot).toMatchObject({ Status: "available", PercentProgress: 100, SnapshotCreateTime: called });
      expect(snapshot).not.toHaveProperty("SnapshotDatabaseTime");
      expect(snapshot).not.toHaveProperty("OriginalSnapshotCreateTime");
      expect((await cluster("crm")).Status).toBe("available");
    }),
  );

  it(
    "takes names of 1 to 63 characters, each once, of clusters that exist",
    withCluster(async (world) => {
      await taken(world, "a".repeat(63));
      await expect(snapshotOf(world, "a".repeat(64))).rejects.toMatchObject({ name: "InvalidParameterValue" });
      await expect(snapshotOf(world, "A".repeat(63))).rejects.toThrow(sdk.DBClusterSnapshotAlreadyExistsFault);
      await expect(snapshotOf(world, "two", { DBClusterIdentifier: "none" })).rejects.toThrow(
        sdk.DBClusterNotFoundFault,
      );
    }),
  );

  it(
    "is refused beyond 100 manual ones, which are counted apart from those of instances",
    withCluster(
      async (world) => {
        for (let n = 1; n <= 100; n += 1) await taken(world, `snapshot-${n}`);
        await expect(snapshotOf(world, "snapshot-101")).rejects.toThrow(sdk.SnapshotQuotaExceededFault);
        const { AccountQuotas } = await world.client.describeAccountAttributes({});
        expect(AccountQuotas).toContainEqual({ AccountQuotaName: "ManualClusterSnapshots", Used: 100, Max: 100 });
        expect(AccountQuotas).toContainEqual({ AccountQuotaName: "ManualSnapshots", Used: 0, Max: 100 });
        await world.client.deleteDBClusterSnapshot({ DBClusterSnapshotIdentifier: "snapshot-1" });
        await taken(world, "snapshot-101");
      },
      { snapshotMs: 100, instanceMs: 100, clusterMs: 100 },
    ),
  );
});

describe("a cluster's snapshot", () => {
  it(
    "is found by its cluster, its name, its type and filters, and tagged",
    withCluster(async (world) => {
      const { client, clusterSnapshot } = world;
      await snapshotOf(world, "one", { Tags: [{ Key: "a", Value: "b" }] });
      await world.untilCluster("crm", "available");
      await taken(world, "two");
      const found = async (input: sdk.DescribeDBClusterSnapshotsCommandInput) =>
        (await client.describeDBClusterSnapshots(input)).DBClusterSnapshots!.map(
          ({ DBClusterSnapshotIdentifier }) => DBClusterSnapshotIdentifier,
        );
      expect(await found(crm)).toEqual(["one", "two"]);
      expect(await found({ SnapshotType: "automated" })).toEqual([]);
      expect(await found({ Filters: [{ Name: "db-cluster-snapshot-id", Values: ["two"] }] })).toEqual(["two"]);
      await expect(found({ DBClusterSnapshotIdentifier: "none" })).rejects.toThrow(sdk.DBClusterSnapshotNotFoundFault);
      const { DBClusterSnapshotArn: ResourceName, TagList } = await clusterSnapshot("one");
      expect(TagList).toEqual([{ Key: "a", Value: "b" }]);
      await client.addTagsToResource({ ResourceName, Tags: [{ Key: "c", Value: "d" }] });
      expect((await client.listTagsForResource({ ResourceName })).TagList).toHaveLength(2);
    }),
  );

  it(
    "cannot be deleted, restored or copied while it is creating",
    withCluster(async (world) => {
      const { client, sleep, clusterSnapshot } = world;
      await snapshotOf(world, "one");
      const copy = () =>
        client.copyDBClusterSnapshot({
          SourceDBClusterSnapshotIdentifier: "one",
          TargetDBClusterSnapshotIdentifier: "copy",
        });
      const remove = () => client.deleteDBClusterSnapshot({ DBClusterSnapshotIdentifier: "one" });
      for (const attempt of [copy, remove, () => restore(world)])
        await expect(attempt()).rejects.toThrow(sdk.InvalidDBClusterSnapshotStateFault);
      await sleep(SNAPSHOT_MS);
      await copy();
      await sleep(SNAPSHOT_MS);
      expect((await remove()).DBClusterSnapshot?.Status).toBe("deleted");
      expect((await clusterSnapshot("copy")).SourceDBClusterSnapshotArn).toBe(
        "arn:aws:rds:eu-west-1:111122223333:cluster-snapshot:one",
      );
      await restore(world, { SnapshotIdentifier: "copy" });
    }),
  );
});

describe("RestoreDBClusterFromSnapshot", () => {
  it(
    "makes a cluster without instances: it is available first, and answers when a member is",
    withCluster(async (world) => {
      const { client, cluster, createMember, until, untilCluster, at, facts } = world;
      at((await cluster("crm")).Endpoint).write("notes", "before");
      await taken(world, "one");
      at((await cluster("crm")).Endpoint).write("notes", "migrated");
      await restore(world);
      expect(await untilCluster("restored", "available")).toBe(CLUSTER_MS);
      const { Endpoint, DBClusterMembers } = await cluster("restored");
      expect(DBClusterMembers).toEqual([]);
      expect(() => at(Endpoint).read("notes")).toThrow("ECONNREFUSED");
      await createMember("restored-1", { DBClusterIdentifier: "restored" });
      await until("restored-1", "available");
      expect(at(Endpoint).read("notes")).toBe("before");
      expect(at((await cluster("crm")).Endpoint).read("notes")).toBe("migrated");
      expect(new Set(facts("database").map(({ generation }) => generation)).size).toBe(2);
      expect((await client.describeDBClusters({})).DBClusters).toHaveLength(2);
    }),
  );

  it(
    "gives defaults for what the caller does not pass, but keeps version, port, login and backup retention",
    withCluster(async (world) => {
      const { client, cluster, untilCluster } = world;
      await client.modifyDBCluster({
        ...crm,
        VpcSecurityGroupIds: ["sg-crm"],
        BackupRetentionPeriod: 14,
        DeletionProtection: true,
        CopyTagsToSnapshot: true,
        PreferredMaintenanceWindow: "sun:03:00-sun:03:30",
        EnableIAMDatabaseAuthentication: true,
        ApplyImmediately: true,
        Port: 6000,
      });
      await untilCluster("crm", "available");
      await taken(world, "one");
      await restore(world);
      const original = await cluster("crm");
      const restored = await cluster("restored");
      expect(restored).toMatchObject({
        VpcSecurityGroups: [{ VpcSecurityGroupId: "sg-0default" }],
        DBClusterParameterGroup: "default.aurora-postgresql18",
        DeletionProtection: false,
        CopyTagsToSnapshot: false,
        IAMDatabaseAuthenticationEnabled: false,
        BackupRetentionPeriod: 14,
        Port: 6000,
        MasterUsername: "app",
      });
      expect(restored.PreferredMaintenanceWindow).not.toBe("sun:03:00-sun:03:30");
      expect(restored.DbClusterResourceId).not.toBe(original.DbClusterResourceId);
      await restore(world, {
        DBClusterIdentifier: "given",
        VpcSecurityGroupIds: ["sg-crm"],
        DeletionProtection: true,
        EnableIAMDatabaseAuthentication: true,
        ServerlessV2ScalingConfiguration: { MinCapacity: 0.5, MaxCapacity: 4 },
        Tags: [{ Key: "a", Value: "b" }],
      });
      expect(await cluster("given")).toMatchObject({
        VpcSecurityGroups: [{ VpcSecurityGroupId: "sg-crm" }],
        DeletionProtection: true,
        IAMDatabaseAuthenticationEnabled: true,
        ServerlessV2ScalingConfiguration: { MinCapacity: 0.5, MaxCapacity: 4 },
        TagList: [{ Key: "a", Value: "b" }],
      });
    }),
  );

  it(
    "wants the engine of the snapshot, a snapshot and a free name",
    withCluster(async (world) => {
      await taken(world, "one");
      await expect(restore(world, { Engine: undefined })).rejects.toThrow();
      await expect(restore(world, { Engine: "postgres" })).rejects.toMatchObject({
        name: "InvalidParameterCombination",
      });
      await expect(restore(world, { SnapshotIdentifier: "none" })).rejects.toThrow(sdk.DBClusterSnapshotNotFoundFault);
      await expect(restore(world, crm)).rejects.toThrow(sdk.DBClusterAlreadyExistsFault);
    }),
  );
});
