import * as rds from "@aws-sdk/client-rds";
import { awsError } from "../../wire/service.ts";
import { arn, type World } from "../world.ts";
import { invalidValue } from "./errors.ts";
import type { Store } from "./store.ts";

type EngineOf = { Engine?: string; EngineVersion?: string };
type Groups = Store["parameterGroups"];

/** The parameter family of an engine's version: `postgres16` for 16.4. */
const familyOf = ({ Engine = "", EngineVersion = "" }: EngineOf) => `${Engine}${EngineVersion.split(".")[0]}`;

/** The name of an existing group, in lower case; the default ones exist as soon as somebody needs them. */
export const parameterGroup = ({ parameterGroups }: Store, name: string | undefined, engine: EngineOf): string =>
  groupIn(parameterGroups, name, {
    engine,
    notFound: (message) => awsError(rds.DBParameterGroupNotFoundFault$, message),
  });

export const clusterParameterGroup = (
  { clusterParameterGroups }: Store,
  name: string | undefined,
  engine: EngineOf,
): string =>
  groupIn(clusterParameterGroups, name, {
    engine,
    notFound: (message) => awsError(rds.DBClusterParameterGroupNotFoundFault$, message),
  });

function groupIn(
  groups: Groups,
  name: string | undefined,
  { engine, notFound }: { engine: EngineOf; notFound: (message: string) => Error },
): string {
  const family = familyOf(engine);
  const standard = `default.${family}`;
  if (!groups.has(standard)) groups.set(standard, { family, description: `Default parameter group for ${family}` });
  const wanted = (name ?? standard).toLowerCase();
  const group = groups.get(wanted);
  if (!group) throw notFound(`DBParameterGroup not found: ${wanted}`);
  if (group.family !== family)
    throw invalidValue(
      `The parameter group ${wanted} of family ${group.family} cannot be used for engine version ${engine.EngineVersion}`,
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
