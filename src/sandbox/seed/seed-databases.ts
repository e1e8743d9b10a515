import { CreateDBInstanceCommand, DescribeDBInstancesCommand } from "@aws-sdk/client-rds";
import type { DatabaseValues } from "./placeholders.ts";
import type { DatabaseSeed, Seed } from "./schema.ts";
import type { SeedClients } from "./seed-clients.ts";
import { type Waiting, waitUntil } from "./wait-until.ts";

type Context = {
  clients: Pick<SeedClients, "rds">;
  waiting: Waiting;
  /** Why an instance failed, which RDS's API does not say. */
  failureOf: (identifier: string) => string | undefined;
};

/** Creates every instance and waits until all are available. */
export async function seedDatabases(seed: Seed, context: Context): Promise<Record<string, DatabaseValues>> {
  const made = Object.entries(seed.databases).map(async ([identifier, database]) => [
    identifier,
    await createDatabase(identifier, database, context),
  ]);
  return Object.fromEntries(await Promise.all(made));
}

async function createDatabase(
  identifier: string,
  { username, password, databaseName, ...database }: DatabaseSeed,
  { clients, waiting, failureOf }: Context,
): Promise<DatabaseValues> {
  await clients.rds.send(
    new CreateDBInstanceCommand({
      DBInstanceIdentifier: identifier,
      Engine: "postgres",
      DBInstanceClass: database.class,
      AllocatedStorage: database.allocatedStorageGibibytes,
      MasterUsername: username,
      MasterUserPassword: password,
      DBName: databaseName,
    }),
  );
  let endpoint: { address: string; port: string } | undefined;
  await waitUntil(`expected database ${identifier} to be available`, waiting, async () => {
    const { DBInstances = [] } = await clients.rds.send(
      new DescribeDBInstancesCommand({ DBInstanceIdentifier: identifier }),
    );
    const { DBInstanceStatus: status, Endpoint } = DBInstances[0] ?? {};
    if (status === "failed") throw new Error(`database ${identifier} failed: ${failureOf(identifier)}`);
    if (status !== "available" || !Endpoint?.Address || !Endpoint.Port) return { missing: `it is ${status}` };
    endpoint = { address: Endpoint.Address, port: String(Endpoint.Port) };
    return "done";
  });
  const { address, port } = endpoint!;
  const user = `${encodeURIComponent(username)}:${encodeURIComponent(password)}`;
  const url = `postgres://${user}@${address}:${port}/${encodeURIComponent(databaseName)}`;
  return { url, address, port, username, password, databaseName };
}
