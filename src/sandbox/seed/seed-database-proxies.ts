import { CreateDBProxyCommand, RegisterDBProxyTargetsCommand } from "@aws-sdk/client-rds";
import { databaseValues } from "./database-values.ts";
import type { DatabaseValues } from "./placeholders.ts";
import type { DatabaseContext } from "./seed-databases.ts";

/** Reached with the login of what is behind it. */
export async function seedProxy(
  name: string,
  { of, isInstance, values, account }: { of: string; isInstance: boolean; values: DatabaseValues; account: string },
  { clients }: DatabaseContext,
): Promise<DatabaseValues> {
  const { DBProxy } = await clients.rds.send(
    new CreateDBProxyCommand({
      DBProxyName: name,
      EngineFamily: "POSTGRESQL",
      RoleArn: `arn:aws:iam::${account}:role/database-proxy`,
      VpcSubnetIds: ["subnet-0defaulta", "subnet-0defaultb"],
    }),
  );
  await clients.rds.send(
    new RegisterDBProxyTargetsCommand({
      DBProxyName: name,
      ...(isInstance ? { DBInstanceIdentifiers: [of] } : { DBClusterIdentifiers: [of] }),
    }),
  );
  return databaseValues(values, { address: DBProxy!.Endpoint!, port: 5432 });
}
