import * as sdk from "@aws-sdk/client-rds";
import { describe, expect, it } from "vitest";
import { inRds, withCluster } from "./rds-world.ts";

const crm = { DBClusterIdentifier: "crm" };
const INSTANCE_MS = 300_000;
const CLUSTER_MS = 180_000;

describe("CreateDBCluster", () => {
  it(
    "makes an Aurora cluster without instances, which answers nobody before the first one is available",
    inRds(async ({ createCluster, createMember, untilCluster, until, cluster, at, facts }) => {
      const { DBCluster } = await createCluster("CRM");
      expect(DBCluster).toMatchObject({
        ...crm,
        Status: "creating",
        Engine: "aurora-postgresql",
        DBClusterMembers: [],
      });
      await expect(createMember("crm-1")).rejects.toThrow(sdk.InvalidDBClusterStateFault);
      expect(await untilCluster("crm", "available")).toBe(CLUSTER_MS);
      const { Endpoint, ReaderEndpoint } = await cluster("crm");
      expect(() => at(Endpoint).read("notes")).toThrow("ECONNREFUSED");
      await createMember("crm-1");
      expect(await until("crm-1", "available")).toBe(INSTANCE_MS);
      at(Endpoint).write("notes", "one");
      expect(at(ReaderEndpoint).read("notes")).toBe("one");
      expect(facts("database").at(-1)).toMatchObject({ identifier: "crm-1", status: "available" });
    }),
  );

  it(
    "takes names of 1 to 63 characters, of Multi-AZ DB clusters up to 52, each once",
    inRds(async ({ createCluster, client }) => {
      await createCluster("a".repeat(63));
      await expect(createCluster("a".repeat(64))).rejects.toMatchObject({ name: "InvalidParameterValue" });
      await expect(createCluster("a".repeat(53), { Engine: "postgres" })).rejects.toMatchObject({
        name: "InvalidParameterValue",
      });
      await expect(createCluster("A".repeat(63))).rejects.toThrow(sdk.DBClusterAlreadyExistsFault);
      await expect(createCluster("new", { Engine: "aurora-mysql" })).rejects.toMatchObject({
        $metadata: { httpStatusCode: 501 },
      });
      await expect(createCluster("new", { ManageMasterUserPassword: true })).rejects.toThrow("no behaviour here");
      await expect(createCluster("new", { EngineMode: "serverless" })).rejects.toThrow("no behaviour here");
      await expect(client.describeDBClusters({ DBClusterIdentifier: "none" })).rejects.toThrow(
        sdk.DBClusterNotFoundFault,
      );
    }),
  );

  it(
    "makes a Multi-AZ DB cluster with a writer and two readers by itself",
    inRds(async ({ client, createCluster, createMember, cluster, instance, until, untilCluster, at, sleep }) => {
      const shape = { Engine: "postgres", DBClusterInstanceClass: "db.m6gd.large", AllocatedStorage: 100, Iops: 1_000 };
      await expect(createCluster("crm", { ...shape, Iops: undefined })).rejects.toMatchObject({
        name: "InvalidParameterValue",
      });
      await createCluster("crm", shape);
      await until("crm-instance-3", "available");
      const { DBClusterMembers, Endpoint, MultiAZ } = await cluster("crm");
      expect(MultiAZ).toBe(true);
      expect(DBClusterMembers!.map((member) => [member.DBInstanceIdentifier, member.IsClusterWriter])).toEqual([
        ["crm-instance-1", true],
        ["crm-instance-2", false],
        ["crm-instance-3", false],
      ]);
      at(Endpoint).write("notes", "one");
      await expect(createMember("crm-4", { Engine: "postgres" })).rejects.toMatchObject({
        name: "InvalidParameterCombination",
      });
      const third = { DBInstanceIdentifier: "crm-instance-3" };
      for (const refused of [
        client.deleteDBInstance(third),
        client.modifyDBInstance({ ...third, DBInstanceClass: "db.m6gd.xlarge" }),
      ])
        await expect(refused).rejects.toMatchObject({ name: "InvalidParameterCombination" });
      await client.modifyDBCluster({ ...crm, DBClusterInstanceClass: "db.m6gd.xlarge", ApplyImmediately: true });
      await untilCluster("crm", "available");
      expect((await instance("crm-instance-3")).DBInstanceClass).toBe("db.m6gd.xlarge");
      await client.deleteDBCluster({ ...crm, SkipFinalSnapshot: true });
      await sleep(120_000);
      await expect(cluster("crm")).rejects.toThrow(sdk.DBClusterNotFoundFault);
      expect((await client.describeDBInstances({})).DBInstances).toEqual([]);
    }),
  );
});

describe("a member", () => {
  it(
    "is an instance with its cluster's engine, login, groups and port, reachable by its own endpoint too",
    withCluster(async ({ client, instance, cluster, at }) => {
      const member = await instance("crm-2");
      expect(member).toMatchObject({
        ...crm,
        Engine: "aurora-postgresql",
        MasterUsername: "app",
        PromotionTier: 1,
        VpcSecurityGroups: (await cluster("crm")).VpcSecurityGroups,
        DBParameterGroups: [{ DBParameterGroupName: "default.aurora-postgresql18" }],
      });
      at(member.Endpoint!.Address).write("notes", "by the member");
      expect(at((await cluster("crm")).Endpoint).read("notes")).toBe("by the member");
      const { DBInstances } = await client.describeDBInstances({
        Filters: [{ Name: "db-cluster-id", Values: ["crm"] }],
      });
      expect(DBInstances).toHaveLength(2);
    }),
  );

  it(
    "is refused another engine, a login of its own and a cluster that does not exist",
    withCluster(async ({ createMember }) => {
      await expect(createMember("crm-3", { Engine: "postgres" })).rejects.toMatchObject({
        name: "InvalidParameterCombination",
      });
      await expect(createMember("crm-3", { MasterUsername: "app" })).rejects.toThrow("MasterUsername");
      await expect(createMember("crm-3", { PromotionTier: 16 })).rejects.toMatchObject({
        name: "InvalidParameterValue",
      });
      await expect(createMember("crm-3", { DBClusterIdentifier: "none" })).rejects.toThrow(sdk.DBClusterNotFoundFault);
    }),
  );

  it(
    "leaves to its cluster what is the cluster's, and has a class, a name and a promotion tier of its own",
    withCluster(async ({ client, until, instance, cluster, sleep }) => {
      const modify = (more: Partial<sdk.ModifyDBInstanceCommandInput>) =>
        client.modifyDBInstance({ DBInstanceIdentifier: "crm-2", ApplyImmediately: true, ...more });
      for (const wrong of [
        { VpcSecurityGroupIds: ["sg-x"] },
        { BackupRetentionPeriod: 7 },
        { MasterUserPassword: "x" },
      ])
        await expect(modify(wrong)).rejects.toMatchObject({ name: "InvalidParameterCombination" });
      await modify({ PromotionTier: 0, DBInstanceClass: "db.r6g.xlarge" });
      await until("crm-2", "available");
      expect(await instance("crm-2")).toMatchObject({ PromotionTier: 0, DBInstanceClass: "db.r6g.xlarge" });
      await modify({ NewDBInstanceIdentifier: "crm-two" });
      await sleep(120_000);
      expect((await cluster("crm")).DBClusterMembers!.map((member) => member.DBInstanceIdentifier)).toEqual([
        "crm-1",
        "crm-two",
      ]);
    }),
  );

  it(
    "does not answer while it reboots, and the cluster's readers go on",
    withCluster(async ({ client, instance, cluster, at, until }) => {
      const { Endpoint, ReaderEndpoint } = await cluster("crm");
      at(Endpoint).write("notes", "kept");
      const own = at((await instance("crm-1")).Endpoint!.Address);
      await client.rebootDBInstance({ DBInstanceIdentifier: "crm-1" });
      expect(() => own.read("notes")).toThrow("ECONNREFUSED");
      expect(() => at(Endpoint).read("notes")).toThrow("ECONNREFUSED");
      expect(at(ReaderEndpoint).read("notes")).toBe("kept");
      await until("crm-1", "available");
      expect(own.read("notes")).toBe("kept");
      expect(at(Endpoint).read("notes")).toBe("kept");
    }),
  );

  it(
    "cannot be snapshotted by itself, as AWS says it",
    withCluster(async ({ client }) => {
      await expect(
        client.createDBSnapshot({ DBInstanceIdentifier: "crm-1", DBSnapshotIdentifier: "one" }),
      ).rejects.toMatchObject({
        name: "InvalidParameterValue",
        message:
          "The specified instance is a member of a cluster and a snapshot cannot be created directly. Please use the CreateDBClusterSnapshot API instead.",
      });
    }),
  );

  it(
    "is deleted without a final snapshot, and the reader takes a deleted writer's place",
    withCluster(async ({ client, cluster, at, sleep, instance }) => {
      at((await cluster("crm")).Endpoint).write("notes", "kept");
      const last = { DBInstanceIdentifier: "crm-1" };
      await expect(client.deleteDBInstance({ ...last, FinalDBSnapshotIdentifier: "last" })).rejects.toMatchObject({
        name: "InvalidParameterCombination",
      });
      await client.deleteDBInstance(last);
      await sleep(120_000);
      await expect(instance("crm-1")).rejects.toThrow(sdk.DBInstanceNotFoundFault);
      const { DBClusterMembers, Endpoint } = await cluster("crm");
      expect(DBClusterMembers).toMatchObject([{ DBInstanceIdentifier: "crm-2", IsClusterWriter: true }]);
      expect(at(Endpoint).read("notes")).toBe("kept");
    }),
  );
});

describe("ModifyDBCluster", () => {
  const rename = { ...crm, NewDBClusterIdentifier: "crm-old", ApplyImmediately: true };

  it(
    "renames the cluster's endpoints, and the members keep their names and theirs",
    withCluster(async ({ client, cluster, instance, at, sleep, databases }) => {
      const before = await cluster("crm");
      const member = at((await instance("crm-1")).Endpoint!.Address);
      at(before.Endpoint).write("notes", "kept");
      await client.modifyDBCluster(rename);
      expect((await cluster("crm")).Status).toBe("renaming");
      for (const gone of [before.Endpoint, before.ReaderEndpoint])
        expect(() => at(gone).read("notes")).toThrow("ECONNREFUSED");
      expect(member.read("notes")).toBe("kept");
      await sleep(120_000);
      const after = await cluster("crm-old");
      await expect(cluster("crm")).rejects.toThrow(sdk.DBClusterNotFoundFault);
      expect(after).toMatchObject({ Status: "available", DbClusterResourceId: before.DbClusterResourceId });
      expect(after.Endpoint).toBe(databases.addressOf("crm-old.cluster"));
      expect(after.DBClusterMembers!.map(({ DBInstanceIdentifier }) => DBInstanceIdentifier)).toEqual([
        "crm-1",
        "crm-2",
      ]);
      expect((await instance("crm-1")).DBClusterIdentifier).toBe("crm-old");
      expect(() => at(after.Endpoint).read("notes")).toThrow("ECONNREFUSED");
      await sleep(480_000);
      expect(at(after.Endpoint).read("notes")).toBe("kept");
      expect(at(after.ReaderEndpoint).read("notes")).toBe("kept");
    }),
  );

  it(
    "keeps a rename pending without ApplyImmediately, and refuses a name that exists",
    withCluster(async ({ client, cluster, createCluster, sleep }) => {
      await createCluster("other");
      await expect(client.modifyDBCluster({ ...rename, NewDBClusterIdentifier: "OTHER" })).rejects.toThrow(
        sdk.DBClusterAlreadyExistsFault,
      );
      await client.modifyDBCluster({ ...rename, ApplyImmediately: false });
      await sleep(120_000);
      expect(await cluster("crm")).toMatchObject({ PendingModifiedValues: { DBClusterIdentifier: "crm-old" } });
      await client.modifyDBCluster({ ...crm, ApplyImmediately: true });
      await expect(createCluster("crm-old")).rejects.toThrow(sdk.DBClusterAlreadyExistsFault);
      await sleep(120_000);
      expect((await cluster("crm-old")).PendingModifiedValues).toBeUndefined();
    }),
  );

  it(
    "changes port, password, groups and settings, one modification at a time",
    withCluster(async ({ client, cluster, untilCluster, databases, instance }) => {
      await client.createDBClusterParameterGroup({
        DBClusterParameterGroupName: "crm-cpg",
        DBParameterGroupFamily: "aurora-postgresql18",
        Description: "crm",
      });
      const { DBCluster } = await client.modifyDBCluster({
        ...crm,
        Port: 6000,
        MasterUserPassword: "another-password",
        DBClusterParameterGroupName: "crm-cpg",
        DeletionProtection: true,
        BackupRetentionPeriod: 14,
      });
      expect(DBCluster).toMatchObject({ Status: "modifying", PendingModifiedValues: { MasterUserPassword: "****" } });
      await expect(client.modifyDBCluster({ ...crm, BackupRetentionPeriod: 7 })).rejects.toThrow(
        sdk.InvalidDBClusterStateFault,
      );
      await untilCluster("crm", "available");
      const { Endpoint, ...now } = await cluster("crm");
      expect(now).toMatchObject({ Port: 6000, DBClusterParameterGroup: "crm-cpg", BackupRetentionPeriod: 14 });
      expect((await instance("crm-1")).Endpoint!.Port).toBe(6000);
      const login = (password: string) =>
        databases.connect({ address: Endpoint!, port: 6000 }, { username: "app", password }).read("notes");
      expect(() => login("secret-password")).toThrow("password authentication failed");
      expect(login("another-password")).toBeUndefined();
    }),
  );
});

describe("FailoverDBCluster", () => {
  it(
    "promotes the reader with the lowest tier, or the one that is named",
    withCluster(async ({ client, cluster, createMember, until, untilCluster, at }) => {
      await createMember("crm-3", { PromotionTier: 0 });
      await until("crm-3", "available");
      const writer = async () =>
        (await cluster("crm")).DBClusterMembers!.find(({ IsClusterWriter }) => IsClusterWriter)!.DBInstanceIdentifier;
      expect(await writer()).toBe("crm-1");
      await client.failoverDBCluster(crm);
      const { Endpoint, Status } = await cluster("crm");
      expect(Status).toBe("failing-over");
      expect(() => at(Endpoint).read("notes")).toThrow("ECONNREFUSED");
      await untilCluster("crm", "available");
      expect(await writer()).toBe("crm-3");
      await client.failoverDBCluster({ ...crm, TargetDBInstanceIdentifier: "crm-2" });
      await untilCluster("crm", "available");
      expect(await writer()).toBe("crm-2");
      await expect(client.failoverDBCluster({ ...crm, TargetDBInstanceIdentifier: "crm-2" })).rejects.toThrow(
        sdk.InvalidDBClusterStateFault,
      );
    }),
  );
});

describe("DeleteDBCluster", () => {
  it(
    "wants the instances gone first, no protection, and a final snapshot or none",
    withCluster(async ({ client, cluster, clusterSnapshot, sleep, untilCluster }) => {
      const skip = { ...crm, SkipFinalSnapshot: true };
      await expect(client.deleteDBCluster(skip)).rejects.toThrow(sdk.InvalidDBClusterStateFault);
      await expect(client.deleteDBCluster(crm)).rejects.toMatchObject({ name: "InvalidParameterCombination" });
      await client.modifyDBCluster({ ...crm, DeletionProtection: true });
      await untilCluster("crm", "available");
      await expect(client.deleteDBCluster(skip)).rejects.toThrow("deletion protection");
      await client.modifyDBCluster({ ...crm, DeletionProtection: false });
      await untilCluster("crm", "available");
      for (const name of ["crm-1", "crm-2"]) await client.deleteDBInstance({ DBInstanceIdentifier: name });
      await client.deleteDBCluster({ ...crm, FinalDBSnapshotIdentifier: "last" });
      await sleep(180_000);
      await expect(cluster("crm")).rejects.toThrow(sdk.DBClusterNotFoundFault);
      expect((await clusterSnapshot("last")).Status).toBe("available");
    }),
  );
});

it(
  "tells a cluster's members apart in the log, though their data is one",
  withCluster(async ({ facts, client }) => {
    const { TagList } = await client.listTagsForResource({
      ResourceName: "arn:aws:rds:eu-west-1:111122223333:cluster:crm",
    });
    expect(TagList).toEqual([]);
    const events = facts("database");
    expect(new Set(events.map(({ generation }) => generation)).size).toBe(1);
    expect(new Set(events.map(({ resourceId }) => resourceId)).size).toBe(3);
  }),
);
