import type { TaskDefinition } from "@aws-sdk/client-ecs";
import type { Aws } from "../aws/aws.ts";
import type { Database } from "../aws/rds-shapes.ts";
import { asConfigured, nameOfDatabase } from "../procedures/database.ts";
import { isOfDatabase, namesDatabase, secretOf } from "../procedures/same-database.ts";
import type { Choice } from "./found.ts";

/** The database that the task definitions name, by addresses in plain values of the environment and by the secrets that RDS manages. */
export async function findDatabase(aws: Aws, definitions: TaskDefinition[]): Promise<Choice<Database | "none">> {
  const databases = (await aws.rds.databases()).filter(({ memberOf }) => memberOf === undefined);
  const direct = named(databases, definitions);
  const found = direct.length ? direct : await behindProxies(aws, databases, definitions);
  const [first, second] = found;
  if (first && !second) return { value: first.database, because: first.because };
  if (second)
    return {
      choices: found.map(({ database }) => asConfigured(database)),
      because: `the task definitions name several: ${found.map(({ because }) => because).join("; ")}`,
    };
  return {
    choices: [...databases.map(asConfigured), "`database: none`"],
    because: `no address of an RDS database of this account stands in a plain value of the environment (${unseen(definitions)})`,
  };
}

type Named = { database: Database; because: string };

function named(
  databases: Database[],
  definitions: TaskDefinition[],
  hostsOf: (database: Database) => string[] = ({ addresses }) => addresses,
): Named[] {
  return databases.flatMap((database) => {
    const secrets = database.managedSecret ? [database.managedSecret] : [];
    const namings = definitions.flatMap((definition) =>
      namesDatabase(definition, { hosts: hostsOf(database), secrets }).map((naming) => ({ ...naming, definition })),
    );
    const [naming] = namings;
    if (!naming) return [];
    const { variable, container, definition, by } = naming;
    const how = by === "environment" ? "names it" : "comes from the secret that RDS keeps for it";
    return [
      { database, because: `${nameOfDatabase(database)}: ${variable} of ${container} in ${definition.family} ${how}` },
    ];
  });
}

async function behindProxies(aws: Aws, databases: Database[], definitions: TaskDefinition[]): Promise<Named[]> {
  const proxies = await aws.rds.proxies();
  return named(databases, definitions, (database) =>
    proxies.filter((proxy) => proxy.leadsTo(database)).flatMap(({ addresses }) => addresses),
  ).map(({ database, because }) => ({ database, because: `${because}, by a proxy` }));
}

/** Where the address may be instead: secrets are not read. */
function unseen(definitions: TaskDefinition[]): string {
  const places = definitions.flatMap(({ containerDefinitions = [] }) =>
    containerDefinitions.flatMap(({ secrets = [], environment = [], environmentFiles = [] }) => [
      ...secrets
        .filter(({ name = "" }) => isOfDatabase(name))
        .map(({ name, valueFrom = "" }) => `${name} comes from ${secretOf(valueFrom)}, and secrets are not read`),
      ...environment
        .filter(({ name = "" }) => isOfDatabase(name))
        .map(({ name }) => `${name} is the address of something else`),
      ...environmentFiles.map(({ value = "" }) => `the file ${value} is not read`),
    ]),
  );
  return [...new Set(places)].join("; ") || "nothing is named like a database's variable";
}
