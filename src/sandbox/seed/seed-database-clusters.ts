import { CreateDBClusterCommand, CreateDBInstanceCommand, DescribeDBClustersCommand } from "@aws-sdk/client-rds";
import { databaseValues } from "./database-values.ts";
import type { DatabaseSeedOf } from "./databases-schema.ts";
import type { DatabaseValues } from "./placeholders.ts";
import { availableInstance } from "./seed-database-instances.ts";
import type { DatabaseContext } from "./seed-databases.ts";
import { waitUntil } from "./wait-until.ts";

type ClusterSeed = DatabaseSeedOf<"aurora" | "multi-az-cluster">;

/** Reached by its writer's endpoint. */
export async function seedCluster(
  identifier: string,
  seed: ClusterSeed,
  context: DatabaseContext,
): Promise<DatabaseValues> {
  const { rds } = context.clients;
  await rds.send(
    new CreateDBClusterCommand({
      DBClusterIdentifier: identifier,
      MasterUsername: seed.username,
      MasterUserPassword: seed.password,
      DatabaseName: seed.databaseName,
      VpcSecurityGroupIds: seed.securityGroups,
      PreferredBackupWindow: seed.backupWindow,
      BackupRetentionPeriod: seed.backupRetentionDays,
      PreferredMaintenanceWindow: seed.maintenanceWindow,
      DeletionProtection: seed.deletionProtection,
      ...(seed.kmsKey !== undefined && { StorageEncrypted: true, KmsKeyId: seed.kmsKey }),
      ...shapeOf(seed),
    }),
  );
  const { address, port } = await availableCluster(identifier, context);
  // One after another, because a cluster's first member becomes its writer.
  for (const [member, { class: size, promotionTier }] of seed.kind === "aurora" ? Object.entries(seed.members) : [])
    await rds.send(
      new CreateDBInstanceCommand({
        DBInstanceIdentifier: member,
        DBClusterIdentifier: identifier,
        Engine: "aurora-postgresql",
        DBInstanceClass: size,
        PromotionTier: promotionTier,
      }),
    );
  for (const member of (await describe(identifier, context))?.DBClusterMembers ?? [])
    await availableInstance(member.DBInstanceIdentifier!, context);
  return databaseValues(seed, { address, port });
}

const shapeOf = (seed: ClusterSeed) =>
  seed.kind === "aurora"
    ? { Engine: "aurora-postgresql" }
    : {
        Engine: "postgres",
        DBClusterInstanceClass: seed.class,
        AllocatedStorage: seed.allocatedStorageGibibytes,
        Iops: seed.iops,
      };

async function availableCluster(
  identifier: string,
  context: DatabaseContext,
): Promise<{ address: string; port: number }> {
  let endpoint: { address: string; port: number } | undefined;
  await waitUntil(`expected database cluster ${identifier} to be available`, context.waiting, async () => {
    const { Status: status, Endpoint: address, Port: port } = (await describe(identifier, context)) ?? {};
    if (status === "failed") throw new Error(`database cluster ${identifier} failed`);
    if (status !== "available" || !address || !port) return { missing: `it is ${status}` };
    endpoint = { address, port };
    return "done";
  });
  return endpoint!;
}

async function describe(identifier: string, { clients }: DatabaseContext) {
  const { DBClusters = [] } = await clients.rds.send(
    new DescribeDBClustersCommand({ DBClusterIdentifier: identifier }),
  );
  return DBClusters[0];
}
