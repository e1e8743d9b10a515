import {
  type DBCluster,
  type DBInstance,
  type DBProxy,
  type DBProxyTarget,
  DescribeAccountAttributesCommand,
  DescribeDBClustersCommand,
  DescribeDBInstancesCommand,
  DescribeDBProxiesCommand,
  DescribeDBProxyEndpointsCommand,
  DescribeDBProxyTargetsCommand,
  DescribePendingMaintenanceActionsCommand,
  type RDSClient,
} from "@aws-sdk/client-rds";
import { isAwsError } from "./errors.ts";
import { inBatches } from "./in-batches.ts";
import { createRdsRestore } from "./rds-restore.ts";
import {
  type Database,
  type DatabaseKind,
  type DatabaseProxy,
  type DatabaseRef,
  leadsTo,
  type MaintenanceAction,
  type Quota,
  type Quotas,
  toCluster,
  toInstance,
  toProxy,
} from "./rds-shapes.ts";
import { createRdsSnapshots } from "./rds-snapshots.ts";
import { saidText } from "./said.ts";

const NOT_FOUND = ["DBInstanceNotFoundFault", "DBInstanceNotFound", "DBClusterNotFoundFault", "DBClusterNotFound"];

export type Rds = ReturnType<typeof createRds>;

/** Calls to RDS in the words of the runbook. */
export function createRds(client: RDSClient) {
  type WantedInstances = { DBInstanceIdentifier?: string; cluster?: string; resourceId?: string };
  const instances = (input: WantedInstances): Promise<DBInstance[]> =>
    everyPage(async (Marker) => {
      const { DBInstanceIdentifier, cluster, resourceId } = input;
      const Filters = cluster ? filter("db-cluster-id", cluster) : resourceId && filter("dbi-resource-id", resourceId);
      const page = await client.send(
        new DescribeDBInstancesCommand({ DBInstanceIdentifier, Filters: Filters || undefined, Marker }),
      );
      return { items: page.DBInstances, Marker: page.Marker };
    });
  type WantedClusters = { DBClusterIdentifier?: string; resourceId?: string };
  const clusters = ({ DBClusterIdentifier, resourceId }: WantedClusters): Promise<DBCluster[]> =>
    everyPage(async (Marker) => {
      const Filters = resourceId ? filter("db-cluster-resource-id", resourceId) : undefined;
      const page = await client.send(new DescribeDBClustersCommand({ DBClusterIdentifier, Filters, Marker }));
      return { items: page.DBClusters, Marker: page.Marker };
    });

  async function instance(wanted: WantedInstances): Promise<Database | undefined> {
    const [found] = await instances(wanted);
    return found && toInstance(found);
  }
  async function cluster(wanted: WantedClusters): Promise<Database | undefined> {
    const [found] = await clusters(wanted);
    return (
      found &&
      toCluster(found, await instances({ cluster: saidText(found.DBClusterIdentifier, "how a cluster is called") }))
    );
  }
  const everyProxy = (): Promise<DBProxy[]> =>
    everyPage(async (Marker) => {
      const page = await client.send(new DescribeDBProxiesCommand({ Marker }));
      return { items: page.DBProxies, Marker: page.Marker };
    });
  const targetsOf = ({ DBProxyName }: DBProxy): Promise<DBProxyTarget[]> =>
    everyPage(async (Marker) => {
      const page = await client.send(new DescribeDBProxyTargetsCommand({ DBProxyName, Marker }));
      return { items: page.Targets, Marker: page.Marker };
    });
  async function withEndpoints(proxy: DBProxy): Promise<DatabaseProxy> {
    const endpoints = await everyPage(async (Marker) => {
      const page = await client.send(new DescribeDBProxyEndpointsCommand({ DBProxyName: proxy.DBProxyName, Marker }));
      return { items: page.DBProxyEndpoints, Marker: page.Marker };
    });
    return toProxy(
      proxy,
      endpoints.flatMap(({ Endpoint }) => Endpoint ?? []),
    );
  }
  async function proxyTo(proxy: DBProxy, database: DatabaseRef): Promise<DatabaseProxy[]> {
    const targets = await targetsOf(proxy);
    return targets.some((target) => leadsTo(database, target)) ? [await withEndpoints(proxy)] : [];
  }

  return {
    ...createRdsSnapshots(client),
    ...createRdsRestore(client),

    async database({ kind, identifier }: DatabaseRef): Promise<Database | undefined> {
      try {
        return await (kind === "instance"
          ? instance({ DBInstanceIdentifier: identifier })
          : cluster({ DBClusterIdentifier: identifier }));
      } catch (error) {
        if (isAwsError(error, ...NOT_FOUND)) return undefined;
        throw error;
      }
    },

    /** Whatever its name is now. Without an id none: a filter that is left out would find any. */
    async databaseWithId({
      kind,
      resourceId,
    }: {
      kind: DatabaseKind;
      resourceId: string;
    }): Promise<Database | undefined> {
      if (resourceId === "") return undefined;
      return kind === "instance" ? instance({ resourceId }) : cluster({ resourceId });
    },

    /** Every instance and cluster of the account in the Region. */
    async databases(): Promise<Database[]> {
      const [ofInstances, ofClusters] = await Promise.all([instances({}), clusters({})]);
      return [
        ...ofInstances.map(toInstance),
        ...ofClusters.map((each) =>
          toCluster(
            each,
            ofInstances.filter(({ DBClusterIdentifier }) => DBClusterIdentifier === each.DBClusterIdentifier),
          ),
        ),
      ];
    },

    /** Proxies that pass connections on to the database. */
    async proxiesTo(database: DatabaseRef): Promise<DatabaseProxy[]> {
      const proxies = await everyProxy();
      return (await inBatches(proxies, (proxy) => proxyTo(proxy, database))).flat();
    },

    /** Every proxy of the account in the Region, with a test of which databases it passes connections on to. */
    async proxies(): Promise<(DatabaseProxy & { leadsTo: (database: DatabaseRef) => boolean })[]> {
      return inBatches(await everyProxy(), async (proxy) => {
        const [found, targets] = await Promise.all([withEndpoints(proxy), targetsOf(proxy)]);
        return { ...found, leadsTo: (database) => targets.some((target) => leadsTo(database, target)) };
      });
    },

    /** What AWS means to do to a database and, where it is a cluster, to its members. */
    async maintenanceOf({ kind, identifier, members }: Database): Promise<MaintenanceAction[]> {
      const filters = [
        { Name: kind === "cluster" ? "db-cluster-id" : "db-instance-id", Values: [identifier] },
        ...(members.length ? [{ Name: "db-instance-id", Values: members.map((member) => member.identifier) }] : []),
      ];
      const found = await Promise.all(
        filters.map((filter) =>
          everyPage(async (Marker) => {
            const page = await client.send(new DescribePendingMaintenanceActionsCommand({ Filters: [filter], Marker }));
            return { items: page.PendingMaintenanceActions, Marker: page.Marker };
          }),
        ),
      );
      return found.flat().flatMap(({ ResourceIdentifier = "", PendingMaintenanceActionDetails = [] }) =>
        PendingMaintenanceActionDetails.map(({ Action = "", Description = "", CurrentApplyDate }) => ({
          of: ResourceIdentifier.split(":").at(-1)!,
          action: Action,
          description: Description,
          at: CurrentApplyDate?.toISOString(),
        })),
      );
    },

    /** How many there are of each kind in the account and the Region, and may be. Members of clusters are instances too. */
    async quotas(): Promise<Quotas> {
      const { AccountQuotas = [] } = await client.send(new DescribeAccountAttributesCommand());
      const named = (name: string): Quota | undefined => {
        const quota = AccountQuotas.find(({ AccountQuotaName }) => AccountQuotaName === name);
        return quota?.Max === undefined ? undefined : { used: quota.Used ?? 0, maximum: quota.Max };
      };
      return {
        databases: { instance: named("DBInstances"), cluster: named("DBClusters") },
        snapshots: { instance: named("ManualSnapshots"), cluster: named("ManualClusterSnapshots") },
      };
    },
  };
}

const filter = (Name: string, value: string) => [{ Name, Values: [value] }];

async function everyPage<Item>(
  page: (marker: string | undefined) => Promise<{ items?: Item[]; Marker?: string }>,
): Promise<Item[]> {
  const found: Item[] = [];
  for (let marker: string | undefined; ; ) {
    const { items = [], Marker } = await page(marker);
    found.push(...items);
    marker = Marker;
    if (!marker) return found;
  }
}
