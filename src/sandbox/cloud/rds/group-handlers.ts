import * as rds from "@aws-sdk/client-rds";
import type { Handlers } from "../../wire/server.ts";
import { awsError } from "../../wire/service.ts";
import { arn } from "../world.ts";
import { CLUSTER_QUOTA } from "./clusters/begin-cluster.ts";
import { invalidValue } from "./errors.ts";
import { checkSubnetGroup, defaultSubnetGroup } from "./groups.ts";
import type { Database } from "./model.ts";
import { matches, page } from "./pages.ts";
import { manualSnapshots } from "./snapshots.ts";
import { clusterArn, instanceArn, type Store } from "./store.ts";

export function groupHandlers(store: Store) {
  const { world, parameterGroups, clusterParameterGroups } = store;
  const describeGroup = (name: string): rds.DBParameterGroup => ({
    DBParameterGroupName: name,
    DBParameterGroupFamily: parameterGroups.get(name)?.family,
    Description: parameterGroups.get(name)?.description,
    DBParameterGroupArn: arn(world, "rds", `pg:${name}`),
  });
  const describeClusterGroup = (name: string): rds.DBClusterParameterGroup => ({
    DBClusterParameterGroupName: name,
    DBParameterGroupFamily: clusterParameterGroups.get(name)?.family,
    Description: clusterParameterGroups.get(name)?.description,
    DBClusterParameterGroupArn: arn(world, "rds", `cluster-pg:${name}`),
  });
  const add = (groups: Store["parameterGroups"], given: string, { family, description }: Group): string => {
    const name = given.toLowerCase();
    if (!/^[a-z](-?[a-z0-9])*$/.test(name) || name.length > 255)
      throw invalidValue(`The parameter group name is not a valid identifier: ${given}`);
    if (!/^(aurora-postgresql|postgres)\d+$/.test(family))
      throw invalidValue(`ParameterGroupFamily ${family} is not a valid parameter group family`);
    if (groups.has(name))
      throw awsError(rds.DBParameterGroupAlreadyExistsFault$, `Parameter group ${name} already exists`);
    groups.set(name, { family, description });
    return name;
  };
  return {
    CreateDBParameterGroup({ DBParameterGroupName = "", DBParameterGroupFamily: family = "", Description = "" }) {
      const name = add(parameterGroups, DBParameterGroupName, { family, description: Description });
      return { DBParameterGroup: describeGroup(name) };
    },
    DescribeDBParameterGroups({ DBParameterGroupName: name, ...paging }) {
      const { items, Marker } = page(namesIn(parameterGroups, name), (key) => key, paging);
      return { DBParameterGroups: items.map(describeGroup), Marker };
    },
    CreateDBClusterParameterGroup(input) {
      const { DBClusterParameterGroupName = "", DBParameterGroupFamily: family = "", Description = "" } = input;
      const name = add(clusterParameterGroups, DBClusterParameterGroupName, { family, description: Description });
      return { DBClusterParameterGroup: describeClusterGroup(name) };
    },
    DescribeDBClusterParameterGroups({ DBClusterParameterGroupName: name, ...paging }) {
      const { items, Marker } = page(namesIn(clusterParameterGroups, name), (key) => key, paging);
      return { DBClusterParameterGroups: items.map(describeClusterGroup), Marker };
    },
    DescribeDBSubnetGroups({ DBSubnetGroupName }) {
      checkSubnetGroup(DBSubnetGroupName);
      return { DBSubnetGroups: [defaultSubnetGroup(world)] };
    },
    DescribePendingMaintenanceActions({ ResourceIdentifier: resource, Filters, ...paging }) {
      const passes = matches<Database>(Filters, {
        "db-instance-id": ({ kind, identifier }) =>
          kind === "instance" ? [identifier, instanceArn(world, identifier)] : [],
        "db-cluster-id": ({ kind, identifier }) =>
          kind === "cluster" ? [identifier, clusterArn(world, identifier)] : [],
      });
      const all: Database[] = [...store.instances.values(), ...store.clusters.values()];
      const found = all
        .filter((database) => database.maintenance.length > 0 && passes(database))
        .map(({ kind, identifier, maintenance }) => ({
          ResourceIdentifier: (kind === "instance" ? instanceArn : clusterArn)(world, identifier),
          PendingMaintenanceActionDetails: maintenance,
        }))
        .filter(({ ResourceIdentifier }) => resource === undefined || ResourceIdentifier === resource);
      const { items, Marker } = page(found, ({ ResourceIdentifier }) => ResourceIdentifier, paging);
      return { PendingMaintenanceActions: items, Marker };
    },
    DescribeAccountAttributes: () => ({
      AccountQuotas: [
        { AccountQuotaName: "DBInstances", Used: store.instances.size, Max: store.quotas.databaseInstances },
        { AccountQuotaName: "ManualSnapshots", Used: manualSnapshots(store), Max: store.quotas.manualSnapshots },
        { AccountQuotaName: "DBClusters", Used: store.clusters.size, Max: CLUSTER_QUOTA },
        {
          AccountQuotaName: "ManualClusterSnapshots",
          Used: store.clusterSnapshots.size,
          Max: store.quotas.manualSnapshots,
        },
      ],
    }),
  } satisfies Handlers<typeof rds>;
}

type Group = { family: string; description: string };

/** All names, or the one that is asked for. */
function namesIn(groups: Store["parameterGroups"], name: string | undefined): string[] {
  const wanted = name?.toLowerCase();
  if (wanted !== undefined && !groups.has(wanted))
    throw awsError(rds.DBParameterGroupNotFoundFault$, `DBParameterGroup not found: ${wanted}`);
  return [...groups.keys()].filter((key) => wanted === undefined || key === wanted);
}
