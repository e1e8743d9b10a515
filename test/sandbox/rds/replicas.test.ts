import * as sdk from "@aws-sdk/client-rds";
import { describe, expect, it } from "vitest";
import { type RdsWorld, withCluster, withInstance } from "./rds-world.ts";

const replicate = ({ client }: RdsWorld, name = "crm-replica", source = "crm-db") =>
  client.createDBInstanceReadReplica({ DBInstanceIdentifier: name, SourceDBInstanceIdentifier: source });
const replicated = async (world: RdsWorld) => {
  await replicate(world);
  await world.until("crm-replica", "available");
};

describe("CreateDBInstanceReadReplica", () => {
  it(
    "shows source and replica to each other, with the source's login, class and parameter group, and no backups",
    withInstance(async (world) => {
      const { instance, connect } = world;
      (await connect("crm-db")).write("notes", "kept");
      await replicated(world);
      const source = await instance("crm-db");
      expect(source.ReadReplicaDBInstanceIdentifiers).toEqual(["crm-replica"]);
      expect(await instance("crm-replica")).toMatchObject({
        ReadReplicaSourceDBInstanceIdentifier: "crm-db",
        ReadReplicaDBInstanceIdentifiers: [],
        StatusInfos: [{ StatusType: "read replication", Normal: true, Status: "replicating" }],
        DBInstanceClass: source.DBInstanceClass,
        DBParameterGroups: source.DBParameterGroups,
        MasterUsername: "app",
        BackupRetentionPeriod: 0,
        DeletionProtection: false,
        VpcSecurityGroups: [{ VpcSecurityGroupId: "sg-0default" }],
      });
      expect((await connect("crm-replica")).read("notes")).toBe("kept");
    }),
  );

  it(
    "wants a source that is available and has automated backups",
    withInstance(async (world) => {
      const { client, until } = world;
      const modify = (BackupRetentionPeriod: number) =>
        client.modifyDBInstance({ DBInstanceIdentifier: "crm-db", BackupRetentionPeriod, ApplyImmediately: true });
      await modify(0);
      await expect(replicate(world)).rejects.toThrow(sdk.InvalidDBInstanceStateFault);
      await until("crm-db", "available");
      await expect(replicate(world)).rejects.toThrow("Automated backups are not enabled");
      await expect(replicate(world, "crm-replica", "none")).rejects.toThrow(sdk.DBInstanceNotFoundFault);
      await modify(1);
      await until("crm-db", "available");
      await replicated(world);
      await expect(replicate(world)).rejects.toThrow(sdk.DBInstanceAlreadyExistsFault);
    }),
  );

  it(
    "refuses a member of a cluster and members without behaviour",
    withCluster(async (world) => {
      await expect(replicate(world, "crm-replica", "crm-1")).rejects.toMatchObject({
        name: "InvalidParameterCombination",
      });
      await expect(
        world.client.createDBInstanceReadReplica({ DBInstanceIdentifier: "r", ReplicaMode: "mounted" }),
      ).rejects.toThrow("no behaviour here for ReplicaMode");
    }),
  );
});

describe("a replica", () => {
  it(
    "stays with its source when that is renamed, and not with who takes the name",
    withInstance(async (world) => {
      const { client, instance, sleep, made } = world;
      await replicated(world);
      await client.modifyDBInstance({
        DBInstanceIdentifier: "crm-db",
        NewDBInstanceIdentifier: "crm-old",
        ApplyImmediately: true,
      });
      await sleep(120_000);
      await made("crm-db");
      expect((await instance("crm-replica")).ReadReplicaSourceDBInstanceIdentifier).toBe("crm-old");
      expect((await instance("crm-old")).ReadReplicaDBInstanceIdentifiers).toEqual(["crm-replica"]);
      expect((await instance("crm-db")).ReadReplicaDBInstanceIdentifiers).toEqual([]);
    }),
  );

  it(
    "is deleted without a final snapshot, and stands alone when it is promoted or its source is gone",
    withInstance(async (world) => {
      const { client, instance, until, sleep, connect } = world;
      (await connect("crm-db")).write("notes", "kept");
      await replicated(world);
      await replicate(world, "second");
      await until("second", "available");
      await expect(
        client.deleteDBInstance({ DBInstanceIdentifier: "second", FinalDBSnapshotIdentifier: "last" }),
      ).rejects.toMatchObject({ name: "InvalidParameterCombination" });

      await client.promoteReadReplica({ DBInstanceIdentifier: "second", BackupRetentionPeriod: 7 });
      await until("second", "available");
      expect(await instance("second")).toMatchObject({ BackupRetentionPeriod: 7 });
      expect(await instance("second")).not.toHaveProperty("ReadReplicaSourceDBInstanceIdentifier");
      await expect(client.promoteReadReplica({ DBInstanceIdentifier: "second" })).rejects.toThrow(
        sdk.InvalidDBInstanceStateFault,
      );

      await client.deleteDBInstance({ DBInstanceIdentifier: "crm-db", SkipFinalSnapshot: true });
      await sleep(120_000);
      expect(await instance("crm-replica")).not.toHaveProperty("ReadReplicaSourceDBInstanceIdentifier");
      expect((await connect("crm-replica")).read("notes")).toBe("kept");
    }),
  );
});
