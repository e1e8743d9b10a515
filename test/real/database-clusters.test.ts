import { afterAll, beforeAll, expect, it } from "vitest";
import { connect, createRdsOnPostgres, type RdsOnPostgres } from "./rds-on-postgres.ts";

let rds: RdsOnPostgres;

beforeAll(async () => {
  rds = await createRdsOnPostgres();
});
afterAll(() => rds.stop());

const cluster = async (identifier: string) =>
  (await rds.client.describeDBClusters({ DBClusterIdentifier: identifier })).DBClusters![0]!;
const clusterAvailable = (identifier: string) =>
  expect.poll(async () => (await cluster(identifier)).Status, { timeout: 20_000 }).toBe("available");
const query = async (host: string | undefined, sql: string) => (await connect(host)).rows(sql);

async function addMember(identifier: string, DBClusterIdentifier: string) {
  await rds.client.createDBInstance({
    DBInstanceIdentifier: identifier,
    DBClusterIdentifier,
    DBInstanceClass: "db.r6g.large",
    Engine: "aurora-postgresql",
  });
  await rds.available(identifier);
}

it("reaches one PostgreSQL by every endpoint of a cluster, and goes back to its snapshot in a new one", async () => {
  await rds.client.createDBCluster({
    DBClusterIdentifier: "crm",
    Engine: "aurora-postgresql",
    MasterUsername: "app",
    MasterUserPassword: "secret-password",
    DatabaseName: "notes",
  });
  await clusterAvailable("crm");
  const { Endpoint, ReaderEndpoint } = await cluster("crm");
  await expect(query(Endpoint, "SELECT 1")).rejects.toThrow("ECONNREFUSED");
  for (const member of ["crm-1", "crm-2"]) await addMember(member, "crm");
  await query(Endpoint, "CREATE TABLE notes AS SELECT 'before' AS text");
  const member = (await rds.instance("crm-2")).Endpoint!.Address;
  for (const host of [ReaderEndpoint, member])
    expect(await query(host, "SELECT text FROM notes")).toEqual([{ text: "before" }]);

  await rds.client.createDBClusterSnapshot({ DBClusterIdentifier: "crm", DBClusterSnapshotIdentifier: "one" });
  await clusterAvailable("crm");
  await query(Endpoint, "UPDATE notes SET text = 'migrated'");
  await rds.client.restoreDBClusterFromSnapshot({
    DBClusterIdentifier: "restored",
    SnapshotIdentifier: "one",
    Engine: "aurora-postgresql",
  });
  await clusterAvailable("restored");
  await addMember("restored-1", "restored");
  expect(await query((await cluster("restored")).Endpoint, "SELECT text FROM notes")).toEqual([{ text: "before" }]);
  expect(await query(Endpoint, "SELECT text FROM notes")).toEqual([{ text: "migrated" }]);
});

it("moves a proxy from one cluster to another", async () => {
  const proxy = { DBProxyName: "crm-proxy" };
  const { DBProxy } = await rds.client.createDBProxy({
    ...proxy,
    EngineFamily: "POSTGRESQL",
    RoleArn: "arn:aws:iam::111122223333:role/database-proxy",
    VpcSubnetIds: ["subnet-0defaulta", "subnet-0defaultb"],
  });
  const text = () => query(DBProxy!.Endpoint, "SELECT text FROM notes");
  await rds.client.registerDBProxyTargets({ ...proxy, DBClusterIdentifiers: ["crm"] });
  expect(await text()).toEqual([{ text: "migrated" }]);
  await rds.client.deregisterDBProxyTargets({ ...proxy, DBClusterIdentifiers: ["crm"] });
  await rds.client.registerDBProxyTargets({ ...proxy, DBClusterIdentifiers: ["restored"] });
  expect(await text()).toEqual([{ text: "before" }]);
});

it("refuses connections to what is fenced, and keeps those that a security group tracks already", async () => {
  const { Endpoint } = await cluster("crm");
  const member = (await rds.instance("crm-1")).Endpoint!.Address;
  const open = [await connect(Endpoint), await connect(member)];
  await rds.client.modifyDBCluster({ DBClusterIdentifier: "crm", VpcSecurityGroupIds: ["sg-fence"] });
  await clusterAvailable("crm");
  for (const host of [Endpoint, member]) await expect(connect(host)).rejects.toThrow("ECONNREFUSED");
  for (const { rows } of open) expect(await rows("SELECT text FROM notes")).toEqual([{ text: "migrated" }]);
  await rds.client.modifyDBCluster({ DBClusterIdentifier: "crm", VpcSecurityGroupIds: ["sg-crm"] });
  await clusterAvailable("crm");
  expect(await query(Endpoint, "SELECT text FROM notes")).toEqual([{ text: "migrated" }]);
});

it("gives a read replica the data of its source", async () => {
  await rds.client.createDBInstance({
    DBInstanceIdentifier: "source",
    DBInstanceClass: "db.t4g.medium",
    Engine: "postgres",
    AllocatedStorage: 20,
    MasterUsername: "app",
    MasterUserPassword: "secret-password",
    DBName: "notes",
  });
  await rds.available("source");
  const addressOf = async (identifier: string) => (await rds.instance(identifier)).Endpoint!.Address;
  await query(await addressOf("source"), "CREATE TABLE notes AS SELECT 'kept' AS text");
  await rds.client.createDBInstanceReadReplica({
    DBInstanceIdentifier: "replica",
    SourceDBInstanceIdentifier: "source",
  });
  await rds.available("replica");
  expect(await query(await addressOf("replica"), "SELECT text FROM notes")).toEqual([{ text: "kept" }]);
});
