import * as rds from "@aws-sdk/client-rds";
import type { Handlers } from "../../wire/server.ts";
import { awsError } from "../../wire/service.ts";
import { arn, type World } from "../world.ts";
import { INSTANCE_QUOTA } from "./check-input.ts";
import { invalidValue } from "./errors.ts";
import { page } from "./pages.ts";
import { SNAPSHOT_QUOTA } from "./snapshots.ts";
import type { Store } from "./store.ts";

/** The parameter family of an engine version: `postgres16` for 16.4. */
export const familyOf = (engineVersion: string) => `postgres${engineVersion.split(".")[0]}`;
export const defaultParameterGroup = (engineVersion: string) => `default.${familyOf(engineVersion)}`;

/** The name of an existing group, in lower case; the default ones exist as soon as an instance needs them. */
export function parameterGroup(store: Store, name: string | undefined, engineVersion: string): string {
  const family = familyOf(engineVersion);
  const standard = defaultParameterGroup(engineVersion);
  if (!store.parameterGroups.has(standard))
    store.parameterGroups.set(standard, { family, description: `Default parameter group for ${family}` });
  const wanted = (name ?? standard).toLowerCase();
  const group = store.parameterGroups.get(wanted);
  if (!group) throw awsError(rds.DBParameterGroupNotFoundFault$, `DBParameterGroup not found: ${wanted}`);
  if (group.family !== family)
    throw invalidValue(
      `The parameter group ${wanted} of family ${group.family} cannot be used for engine version ${engineVersion}`,
    );
  return wanted;
}

/** The one network there is. */
export const defaultSubnetGroup = (world: World): rds.DBSubnetGroup => ({
  DBSubnetGroupName: "default",
  DBSubnetGroupDescription: "default",
  DBSubnetGroupArn: arn(world, "rds", "subgrp:default"),
  VpcId: "vpc-0default",
  SubnetGroupStatus: "Complete",
  Subnets: ["a", "b"].map((zone) => ({
    SubnetIdentifier: `subnet-0default${zone}`,
    SubnetAvailabilityZone: { Name: `${world.region}${zone}` },
    SubnetStatus: "Active",
  })),
});

export function checkSubnetGroup(name: string | undefined): void {
  if (name !== undefined && name.toLowerCase() !== "default")
    throw awsError(rds.DBSubnetGroupNotFoundFault$, `DB subnet group '${name}' does not exist.`);
}

export function groupHandlers(store: Store) {
  const { world, parameterGroups } = store;
  const describeGroup = (name: string): rds.DBParameterGroup => ({
    DBParameterGroupName: name,
    DBParameterGroupFamily: parameterGroups.get(name)?.family,
    Description: parameterGroups.get(name)?.description,
    DBParameterGroupArn: arn(world, "rds", `pg:${name}`),
  });
  return {
    CreateDBParameterGroup: ({ DBParameterGroupName = "", DBParameterGroupFamily = "", Description = "" }) => {
      const name = DBParameterGroupName.toLowerCase();
      if (!/^[a-z](-?[a-z0-9])*$/.test(name) || name.length > 255)
        throw invalidValue(`The parameter DBParameterGroupName is not a valid identifier: ${DBParameterGroupName}`);
      if (!/^postgres\d+$/.test(DBParameterGroupFamily))
        throw invalidValue(`ParameterGroupFamily ${DBParameterGroupFamily} is not a valid parameter group family`);
      if (parameterGroups.has(name))
        throw awsError(rds.DBParameterGroupAlreadyExistsFault$, `Parameter group ${name} already exists`);
      parameterGroups.set(name, { family: DBParameterGroupFamily, description: Description });
      return { DBParameterGroup: describeGroup(name) };
    },
    DescribeDBParameterGroups: ({ DBParameterGroupName: name, ...paging }) => {
      const wanted = name?.toLowerCase();
      if (wanted !== undefined && !parameterGroups.has(wanted))
        throw awsError(rds.DBParameterGroupNotFoundFault$, `DBParameterGroup not found: ${wanted}`);
      const names = [...parameterGroups.keys()].filter((key) => wanted === undefined || key === wanted);
      const { items, Marker } = page(names, (key) => key, paging);
      return { DBParameterGroups: items.map(describeGroup), Marker };
    },
    DescribeDBSubnetGroups: ({ DBSubnetGroupName }) => {
      checkSubnetGroup(DBSubnetGroupName);
      return { DBSubnetGroups: [defaultSubnetGroup(world)] };
    },
    DescribeAccountAttributes: () => ({
      AccountQuotas: [
        { AccountQuotaName: "DBInstances", Used: store.instances.size, Max: INSTANCE_QUOTA },
        { AccountQuotaName: "ManualSnapshots", Used: store.snapshots.size, Max: SNAPSHOT_QUOTA },
      ],
    }),
  } satisfies Handlers<typeof rds>;
}
