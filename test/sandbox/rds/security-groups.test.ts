import { describe, expect, it } from "vitest";
import { withCluster, withInstance } from "./rds-world.ts";

const crm = { DBInstanceIdentifier: "crm-db" };

describe("security groups without ingress", () => {
  it(
    "refuse connections to an instance once the modification is through, and let them in again when they are taken away",
    withInstance(async ({ client, connect, until, instance, facts }) => {
      const database = await connect("crm-db");
      database.write("notes", "kept");
      await client.modifyDBInstance({ ...crm, VpcSecurityGroupIds: ["sg-fence"] });
      expect(database.read("notes")).toBe("kept");
      await until("crm-db", "available");
      expect(() => database.read("notes")).toThrow("ECONNREFUSED");
      expect(await instance("crm-db")).toMatchObject({
        VpcSecurityGroups: [{ VpcSecurityGroupId: "sg-fence", Status: "active" }],
      });
      expect(facts("database").at(-1)).not.toHaveProperty("endpoint");
      await client.modifyDBInstance({ ...crm, VpcSecurityGroupIds: ["sg-crm"] });
      await until("crm-db", "available");
      expect(database.read("notes")).toBe("kept");
    }),
  );

  it(
    "refuse nobody beside a group that lets in",
    withInstance(async ({ client, connect, until }) => {
      await client.modifyDBInstance({ ...crm, VpcSecurityGroupIds: ["sg-fence", "sg-crm"] });
      await until("crm-db", "available");
      expect((await connect("crm-db")).read("notes")).toBeUndefined();
    }),
  );

  it(
    "stay with an instance that is renamed, under its old name and its new one",
    withInstance(
      async ({ client, connect, until, sleep }) => {
        const old = await connect("crm-db");
        await client.modifyDBInstance({ ...crm, VpcSecurityGroupIds: ["sg-fence"] });
        await until("crm-db", "available");
        await client.modifyDBInstance({ ...crm, NewDBInstanceIdentifier: "crm-old", ApplyImmediately: true });
        await sleep(600_000);
        expect(() => old.read("notes")).toThrow("ECONNREFUSED");
        const renamed = await connect("crm-old");
        expect(() => renamed.read("notes")).toThrow("ECONNREFUSED");
      },
      {},
      { renamedNameResolvesStale: true },
    ),
  );

  it(
    "are the cluster's for it and all its members",
    withCluster(async ({ client, cluster, instance, untilCluster, at }) => {
      const { Endpoint, ReaderEndpoint } = await cluster("crm");
      const member = (await instance("crm-1")).Endpoint!.Address;
      await client.modifyDBCluster({ DBClusterIdentifier: "crm", VpcSecurityGroupIds: ["sg-fence-1"] });
      await untilCluster("crm", "available");
      for (const address of [Endpoint, ReaderEndpoint, member])
        expect(() => at(address).read("notes")).toThrow("ECONNREFUSED");
      await client.modifyDBCluster({ DBClusterIdentifier: "crm", VpcSecurityGroupIds: ["sg-crm"] });
      await untilCluster("crm", "available");
      for (const address of [Endpoint, ReaderEndpoint, member]) expect(at(address).read("notes")).toBeUndefined();
    }),
  );
});
