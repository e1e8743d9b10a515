import {
  CreateDBInstanceCommand,
  CreateDBInstanceReadReplicaCommand,
  DescribeDBInstancesCommand,
} from "@aws-sdk/client-rds";
import { databaseValues } from "./database-values.ts";
import type { DatabaseSeedOf } from "./databases-schema.ts";
import type { DatabaseValues } from "./placeholders.ts";
import type { DatabaseContext } from "./seed-databases.ts";
import { waitUntil } from "./wait-until.ts";

export async function seedInstance(
  identifier: string,
  seed: DatabaseSeedOf<"instance">,
  context: DatabaseContext,
): Promise<DatabaseValues> {
  await context.clients.rds.send(
    new CreateDBInstanceCommand({
      DBInstanceIdentifier: identifier,
      Engine: "postgres",
      DBInstanceClass: seed.class,
      AllocatedStorage: seed.allocatedStorageGibibytes,
      MasterUsername: seed.username,
      MasterUserPassword: seed.password,
      DBName: seed.databaseName,
      MultiAZ: seed.multiAz,
      VpcSecurityGroupIds: seed.securityGroups,
      PreferredBackupWindow: seed.backupWindow,
      BackupRetentionPeriod: seed.backupRetentionDays,
      PreferredMaintenanceWindow: seed.maintenanceWindow,
      DeletionProtection: seed.deletionProtection,
      ...(seed.kmsKey !== undefined && { StorageEncrypted: true, KmsKeyId: seed.kmsKey }),
    }),
  );
  return databaseValues(seed, await availableInstance(identifier, context));
}

/** Reached with the login of its source. */
export async function seedReplica(
  identifier: string,
  { of, securityGroups }: DatabaseSeedOf<"replica">,
  context: DatabaseContext,
  source: DatabaseValues,
): Promise<DatabaseValues> {
  await context.clients.rds.send(
    new CreateDBInstanceReadReplicaCommand({
      DBInstanceIdentifier: identifier,
      SourceDBInstanceIdentifier: of,
      VpcSecurityGroupIds: securityGroups,
    }),
  );
  return databaseValues(source, await availableInstance(identifier, context));
}

/** Waits for an instance and answers its endpoint. */
export async function availableInstance(
  identifier: string,
  { clients, waiting, failureOf }: DatabaseContext,
): Promise<{ address: string; port: number }> {
  let endpoint: { address: string; port: number } | undefined;
  await waitUntil(`expected database ${identifier} to be available`, waiting, async () => {
    const { DBInstances = [] } = await clients.rds.send(
      new DescribeDBInstancesCommand({ DBInstanceIdentifier: identifier }),
    );
    const { DBInstanceStatus: status, Endpoint } = DBInstances[0] ?? {};
    if (status === "failed") throw new Error(`database ${identifier} failed: ${failureOf(identifier)}`);
    if (status !== "available" || !Endpoint?.Address || !Endpoint.Port) return { missing: `it is ${status}` };
    endpoint = { address: Endpoint.Address, port: Endpoint.Port };
    return "done";
  });
  return endpoint!;
}
