import * as sdk from "@aws-sdk/client-rds";
import { describe, expect, it } from "vitest";
import { type RdsWorld, withCluster, withInstance } from "./rds-world.ts";

const crm = { DBInstanceIdentifier: "crm-db" };
const proxy = { DBProxyName: "crm-proxy" };
const instances = (...DBInstanceIdentifiers: string[]) => ({ ...proxy, DBInstanceIdentifiers });

async function proxied({ client, at }: RdsWorld) {
  const { DBProxy } = await client.createDBProxy({
    ...proxy,
    EngineFamily: "POSTGRESQL",
    RoleArn: "arn:aws:iam::111122223333:role/proxy",
    VpcSubnetIds: ["subnet-0defaulta", "subnet-0defaultb"],
  });
  return at(DBProxy!.Endpoint);
}
const targetsOf = async ({ client }: RdsWorld) => (await client.describeDBProxyTargets(proxy)).Targets!;

describe("a proxy", () => {
  it(
    "is described with its endpoint and its one target group",
    withInstance(async (world) => {
      await proxied(world);
      const { client } = world;
      const { DBProxies } = await client.describeDBProxies({});
      expect(DBProxies).toMatchObject([{ ...proxy, Status: "available", EngineFamily: "POSTGRESQL" }]);
      expect((await client.describeDBProxyTargetGroups(proxy)).TargetGroups).toMatchObject([
        { ...proxy, TargetGroupName: "default", IsDefault: true, Status: "available" },
      ]);
      await expect(proxied(world)).rejects.toThrow(sdk.DBProxyAlreadyExistsFault);
      await expect(client.describeDBProxies({ DBProxyName: "none" })).rejects.toThrow(sdk.DBProxyNotFoundFault);
      await expect(client.describeDBProxyTargets({ ...proxy, TargetGroupName: "none" })).rejects.toThrow(
        sdk.DBProxyTargetGroupNotFoundFault,
      );
    }),
  );

  it(
    "passes connections on to the instance that is registered, and moves to another one when that is",
    withInstance(async (world) => {
      const { client, made, connect } = world;
      const through = await proxied(world);
      expect(() => through.read("notes")).toThrow("ECONNREFUSED");
      await client.registerDBProxyTargets(instances("crm-db"));
      through.write("notes", "through the proxy");
      expect((await connect("crm-db")).read("notes")).toBe("through the proxy");

      await made("restored");
      (await connect("restored")).write("notes", "restored");
      await expect(client.registerDBProxyTargets(instances("restored"))).rejects.toThrow(
        sdk.DBProxyTargetAlreadyRegisteredFault,
      );
      await client.deregisterDBProxyTargets(instances("crm-db"));
      expect(() => through.read("notes")).toThrow("ECONNREFUSED");
      await client.registerDBProxyTargets(instances("restored"));
      expect(through.read("notes")).toBe("restored");
      await expect(client.deregisterDBProxyTargets(instances("crm-db"))).rejects.toThrow(
        sdk.DBProxyTargetNotFoundFault,
      );
      await client.deleteDBProxy(proxy);
      expect(() => through.read("notes")).toThrow("ECONNREFUSED");
    }),
  );

  it(
    "has no healthy target while that is fenced, and says so",
    withInstance(async (world) => {
      const { client, until } = world;
      const through = await proxied(world);
      await client.registerDBProxyTargets(instances("crm-db"));
      expect(await targetsOf(world)).toMatchObject([
        { RdsResourceId: "crm-db", Type: "RDS_INSTANCE", Role: "READ_WRITE", TargetHealth: { State: "AVAILABLE" } },
      ]);
      await client.modifyDBInstance({ ...crm, VpcSecurityGroupIds: ["sg-fence"] });
      await until("crm-db", "available");
      expect(() => through.read("notes")).toThrow("ECONNREFUSED");
      expect(await targetsOf(world)).toMatchObject([{ TargetHealth: { State: "UNAVAILABLE", Reason: "UNREACHABLE" } }]);
    }),
  );

  it(
    "tracks a cluster with its members, and takes no member by itself",
    withCluster(async (world) => {
      const { client, cluster, at } = world;
      const through = await proxied(world);
      await expect(client.registerDBProxyTargets(instances("crm-1"))).rejects.toMatchObject({
        name: "InvalidParameterCombination",
      });
      await expect(client.registerDBProxyTargets(instances("none"))).rejects.toThrow(sdk.DBInstanceNotFoundFault);
      await client.registerDBProxyTargets({ ...proxy, DBClusterIdentifiers: ["crm"] });
      expect(await targetsOf(world)).toMatchObject([
        { RdsResourceId: "crm", Type: "TRACKED_CLUSTER" },
        { RdsResourceId: "crm-1", TrackedClusterId: "crm", Role: "READ_WRITE" },
        { RdsResourceId: "crm-2", TrackedClusterId: "crm", Role: "READ_ONLY" },
      ]);
      through.write("notes", "through the proxy");
      expect(at((await cluster("crm")).Endpoint).read("notes")).toBe("through the proxy");
    }),
  );

  it(
    "is in the log with the data that it reaches",
    withInstance(async (world) => {
      const { client, facts, databases } = world;
      await proxied(world);
      await client.registerDBProxyTargets(instances("crm-db"));
      const [created] = facts("database");
      expect(facts("database").at(-1)).toMatchObject({
        identifier: "proxy:crm-proxy",
        generation: created!.generation,
        endpoint: `${databases.addressOf("crm-proxy.proxy")}:5432`,
      });
    }),
  );
});
