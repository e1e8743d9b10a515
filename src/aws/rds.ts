import {
  type DBCluster,
  type DBInstance,
  type DBProxy,
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
import {
  type Database,
  type DatabaseProxy,
  type DatabaseRef,
  leadsTo,
  type MaintenanceAction,
  type Quota,
  toCluster,
  toInstance,
  toProxy,
} from "./rds-shapes.ts";
import { createRdsSnapshots } from "./rds-snapshots.ts";

export type Rds = ReturnType<typeof createRds>;

/** Calls to RDS in the words of the runbook. */
export function createRds(client: RDSClient) {
  const instances = (input: { DBInstanceIdentifier?: string; cluster?: string }): Promise<DBInstance[]> =>
    everyPage(async (Marker) => {
      const Filters = input.cluster ? [{ Name: "db-cluster-id", Values: [input.cluster] }] : undefined;
      const { DBInstanceIdentifier } = input;
      const page = await client.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier, Filters, Marker }));
      return { items: page.DBInstances, Marker: page.Marker };
    });
  const clusters = (DBClusterIdentifier?: string): Promise<DBCluster[]> =>
    everyPage(async (Marker) => {
      const page = await client.send(new DescribeDBClustersCommand({ DBClusterIdentifier, Marker }));
      return { items: page.DBClusters, Marker: page.Marker };
    });

  async function instance(identifier: string): Promise<Database | undefined> {
    const [found] = await instances({ DBInstanceIdentifier: identifier });
    return found && toInstance(found);
  }
  async function cluster(identifier: string): Promise<Database | undefined> {
    const [found] = await clusters(identifier);
    return found && toCluster(found, await instances({ cluster: found.DBClusterIdentifier! }));
  }
  async function proxyTo(proxy: DBProxy, database: DatabaseRef): Promise<DatabaseProxy[]> {
    const { DBProxyName } = proxy;
    const targets = await everyPage(async (Marker) => {
      const page = await client.send(new DescribeDBProxyTargetsCommand({ DBProxyName, Marker }));
      return { items: page.Targets, Marker: page.Marker };
    });
    if (!targets.some((target) => leadsTo(database, target))) return [];
    const endpoints = await everyPage(async (Marker) => {
      const page = await client.send(new DescribeDBProxyEndpointsCommand({ DBProxyName, Marker }));
      return { items: page.DBProxyEndpoints, Marker: page.Marker };
    });
    return [
      toProxy(
        proxy,
        endpoints.flatMap(({ Endpoint }) => Endpoint ?? []),
      ),
    ];
  }

  return {
    ...createRdsSnapshots(client),

    async database({ kind, identifier }: DatabaseRef): Promise<Database | undefined> {
      try {
        return await (kind === "instance" ? instance(identifier) : cluster(identifier));
      } catch (error) {
        const none = ["DBInstanceNotFoundFault", "DBInstanceNotFound", "DBClusterNotFoundFault", "DBClusterNotFound"];
        if (isAwsError(error, ...none)) return undefined;
        throw error;
      }
    },

    /** Every instance and cluster of the account in the Region. */
    async databases(): Promise<Database[]> {
      const [ofInstances, ofClusters] = await Promise.all([instances({}), clusters()]);
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
      const proxies = await everyPage(async (Marker) => {
        const page = await client.send(new DescribeDBProxiesCommand({ Marker }));
        return { items: page.DBProxies, Marker: page.Marker };
      });
      return (await Promise.all(proxies.map((proxy) => proxyTo(proxy, database)))).flat();
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

    /** How many manual snapshots of the kind the account has in the Region, and may have. Undefined where AWS does not say. */
    async snapshotQuota(kind: DatabaseRef["kind"]): Promise<Quota | undefined> {
      const { AccountQuotas = [] } = await client.send(new DescribeAccountAttributesCommand());
      const name = kind === "instance" ? "ManualSnapshots" : "ManualClusterSnapshots";
      const quota = AccountQuotas.find(({ AccountQuotaName }) => AccountQuotaName === name);
      return quota?.Max === undefined ? undefined : { used: quota.Used ?? 0, maximum: quota.Max };
    },
  };
}

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
