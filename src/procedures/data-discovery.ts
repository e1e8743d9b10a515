import type { Aws } from "../aws/aws.ts";
import type { EcsService } from "../aws/ecs-shapes.ts";
import { inBatches } from "../aws/in-batches.ts";
import type { Database, DatabaseProxy, MaintenanceAction, Quotas, Snapshot } from "../aws/rds-shapes.ts";
import type { Target } from "../targets/schema.ts";
import { databaseOf } from "./database.ts";
import type { ServiceShape } from "./discovery.ts";
import { from, type Read, read } from "./read.ts";
import { type DatabaseAddresses, loginSecrets, type Naming, namesDatabase } from "./same-database.ts";
import { repositoriesOf } from "./writers/find-writers.ts";

/** What is known of a target's data before it is touched. Of a target without a database everything is empty. */
export type DataDiscovery = {
  database: Read<Database | undefined>;
  /** Every database of the account in the Region: for advice, and to recognise one that nodes use instead. */
  databases: Read<Database[]>;
  /** What in a task definition leads to the database; undefined where there is none. */
  databaseAddresses: Read<DatabaseAddresses | undefined>;
  proxies: Read<DatabaseProxy[]>;
  maintenance: Read<MaintenanceAction[]>;
  quotas: Read<Quotas | undefined>;
  /** Manual ones of this database. */
  snapshots: Read<Snapshot[]>;
  newestSnapshotAt: Read<string | undefined>;
  /** Services of the same cluster that are not the target's and lead to the database. */
  neighbours: Read<Neighbour[]>;
};
export type Neighbour = {
  service: string;
  family: string;
  /** It runs the target's application: another version of it, while the target is upgraded. */
  own: boolean;
  desiredCount: number;
  namings: Naming[];
};

export async function discoverData({
  aws,
  target,
  readingShapes,
  readingAllServices,
}: {
  aws: Aws;
  target: Target;
  readingShapes: Promise<Read<ServiceShape[]>>;
  /** Of the cluster, the target's among them. */
  readingAllServices: Promise<Read<EcsService[]>>;
}): Promise<DataDiscovery> {
  const wanted = databaseOf(target);
  const [shapes, database, databases, proxies, quotas] = await Promise.all([
    readingShapes,
    read(async () => wanted && aws.rds.database(wanted)),
    read(() => aws.rds.databases()),
    read(async () => (wanted ? aws.rds.proxiesTo(wanted) : [])),
    read(async () => wanted && aws.rds.quotas()),
  ]);
  const [maintenance, snapshots, newestSnapshotAt, databaseAddresses] = await Promise.all([
    from(database, async (found) => (found ? aws.rds.maintenanceOf(found) : [])),
    from(database, async (found) => (found ? aws.rds.snapshotsOf(found) : [])),
    from(database, async (found) => found && aws.rds.newestSnapshotAt(found)),
    from(database, async (found) => found && addressesOf(found, { proxies, shapes })),
  ]);
  const all = await readingAllServices;
  const neighbours = all.ok
    ? await from(databaseAddresses, async (addresses) =>
        addresses ? neighboursOf({ aws, target, all: all.value, shapes, addresses }) : [],
      )
    : all;
  return {
    database,
    databases,
    databaseAddresses,
    proxies,
    maintenance,
    quotas,
    snapshots,
    newestSnapshotAt,
    neighbours,
  };
}

/** What leads to a database: its endpoints, proxies before it, and the secrets that the target's containers get their login from. */
export function addressesOf(
  { addresses, managedSecret }: Database,
  { proxies, shapes }: { proxies: Read<DatabaseProxy[]>; shapes: Read<ServiceShape[]> },
): DatabaseAddresses {
  const ofProxies = proxies.ok ? proxies.value.flatMap((proxy) => proxy.addresses) : [];
  const definitions = shapes.ok ? shapes.value.map(({ definition }) => definition) : [];
  return {
    hosts: [...addresses, ...ofProxies],
    secrets: loginSecrets(definitions, managedSecret ? [managedSecret] : []),
  };
}

/** Services of the cluster besides the target's that lead to its database. */
export async function neighboursOf(context: {
  aws: Aws;
  target: Target;
  all: EcsService[];
  shapes: Read<ServiceShape[]>;
  addresses: DatabaseAddresses;
}): Promise<Neighbour[]> {
  const { aws, target, all, shapes, addresses } = context;
  const repositories = (shapes.ok ? shapes.value : []).flatMap(({ definition }) =>
    repositoriesOf(definition, ({ name }) => target.services.some(({ container }) => container === name)),
  );
  const ours = target.services.map(({ name }) => name);
  const services = all.filter(({ name }) => !ours.includes(name));
  const arns = [...new Set(services.map(({ taskDefinitionArn }) => taskDefinitionArn).filter((arn) => arn !== ""))];
  const definitions = new Map<string, Pick<Neighbour, "family" | "own" | "namings">>();
  await inBatches(arns, async (arn) => {
    const definition = await aws.ecs.revision(arn);
    definitions.set(arn, {
      family: definition.family ?? "",
      own: repositoriesOf(definition, () => true).some((each) => repositories.includes(each)),
      namings: namesDatabase(definition, addresses),
    });
  });
  return services.flatMap(({ name, desiredCount, taskDefinitionArn }) => {
    const definition = definitions.get(taskDefinitionArn);
    return definition?.namings.length ? [{ service: name, desiredCount, ...definition }] : [];
  });
}
