import { ROLE_TAG, TARGET_TAG } from "../../src/aws/tags.ts";
import { patternsOf } from "../../src/procedures/restoring/names.ts";
import { databaseArns, type Kind, snapshotArns, withDatabase } from "./databases.ts";
import type { Conditions, Grant } from "./grant.ts";
import { all, arnOf, distinct, type NamedTarget, type Names } from "./names.ts";

const restores = ({ restore }: NamedTarget): boolean => restore.fence !== undefined;

/** `restore.fence`: a policy of its own, for it changes, renames and replaces the database that people work on. */
export function restoringDatabases(names: Names): Grant[] {
  const restoring = { ...names, targets: names.targets.filter(restores) };
  return [...ofInstances(restoring), ...ofClusters(restoring), ...around(restoring)];
}

function ofInstances(names: Names): Grant[] {
  const databases = withDatabase(names, "instance");
  if (databases.length === 0) return [];
  const places = placesOf(
    names,
    "instance",
    databases.map(({ identifier }) => identifier),
  );
  return [
    {
      sid: "RestoreInstances",
      why: "A snapshot of ours in the place of the present data, or beside it",
      actions: ["rds:RestoreDBInstanceFromDBSnapshot"],
      resources: [...places.made, ...snapshotArns(names, "instance"), ...groups(names, ["og", "pg", "subgrp"])],
      conditions: restoredOf(names, "RequestTag"),
      unscoped: GROUPS,
    },
    ...common(places, "Instances"),
  ];
}

function ofClusters(names: Names): Grant[] {
  const databases = withDatabase(names, "cluster");
  if (databases.length === 0) return [];
  const cluster = placesOf(
    names,
    "cluster",
    databases.map(({ identifier }) => identifier),
  );
  const members = placesOf(
    names,
    "instance",
    databases.flatMap(({ target }) => target.resources.databaseMembers),
  );
  return [
    {
      sid: "RestoreClusters",
      why: "A snapshot of ours in the place of the present data, or beside it",
      actions: ["rds:RestoreDBClusterFromSnapshot"],
      resources: [...cluster.made, ...snapshotArns(names, "cluster"), ...groups(names, ["cluster-pg", "og", "subgrp"])],
      conditions: restoredOf(names, "RequestTag"),
      unscoped: GROUPS,
    },
    {
      sid: "MakeMembers",
      why: "A restored Aurora cluster has no instances",
      actions: ["rds:CreateDBInstance"],
      resources: [...members.made, ...cluster.made, ...groups(names, ["og", "pg", "subgrp"])],
      conditions: restoredOf(names, "RequestTag"),
      unscoped: GROUPS,
    },
    ...common(cluster, "Clusters"),
    ...common(members, "Members"),
  ];
}

const GROUPS =
  "The restored database gets the option, parameter and subnet groups that the present one has, whatever their names are by then";
const groups = (names: Names, types: string[]) => types.map((type) => arnOf(names, "rds", `${type}:*`));

type Places = { names: Names; kind: Kind; present: string[]; aside: string[]; made: string[] };

/** Where databases are before a restore and after it, in either mode: a rollback may ask for another one than the target does. */
function placesOf(names: Names, kind: Kind, identifiers: string[]): Places {
  const patterns = identifiers.map(patternsOf);
  const present = databaseArns(names, kind, identifiers);
  return {
    names,
    kind,
    present,
    aside: databaseArns(
      names,
      kind,
      patterns.map(({ aside }) => aside),
    ),
    made: [
      ...present,
      ...databaseArns(
        names,
        kind,
        patterns.map(({ restored }) => restored),
      ),
    ],
  };
}

const CHANGES = { instance: "rds:ModifyDBInstance", cluster: "rds:ModifyDBCluster" };
const DELETIONS = { instance: "rds:DeleteDBInstance", cluster: "rds:DeleteDBCluster" };

function common({ names, kind, present, aside, made }: Places, word: "Instances" | "Clusters" | "Members"): Grant[] {
  if (present.length === 0) return [];
  return [
    {
      sid: `Change${word}`,
      why: "Putting the present one behind the fence, renames, settings that no restore can be given, and all of it back",
      actions: [CHANGES[kind]],
      resources: distinct([...present, ...aside, ...made]),
    },
    {
      sid: `TagRestored${word}`,
      why: "The tags by which a restored one is known to be ours, given when it is made",
      actions: ["rds:AddTagsToResource"],
      resources: made,
      conditions: restoredOf(names, "RequestTag"),
    },
    {
      sid: `DeleteRestored${word}`,
      why: "What RDS could not restore, or what no node has run on where a restore is undone",
      actions: [DELETIONS[kind]],
      resources: made,
      conditions: restoredOf(names, "ResourceTag"),
    },
  ];
}

const restoredOf = (names: Names, tag: "RequestTag" | "ResourceTag"): Conditions => ({
  StringEquals: {
    [`aws:${tag}/${ROLE_TAG}`]: "restored",
    [`aws:${tag}/${TARGET_TAG}`]: distinct(names.targets.map(({ name }) => name)),
  },
});

/** What a restored database is made with besides. */
function around(names: Names): Grant[] {
  const keys = all(names, ({ databaseKey }) => (databaseKey ? [databaseKey] : []));
  return [
    {
      sid: "UseKeysOfDatabases",
      why: "RDS encrypts what is restored with the key of the snapshot, by a grant that it asks for in the caller's name",
      actions: ["kms:CreateGrant"],
      resources: keys,
      conditions: { ...viaRds(names), Bool: { "kms:GrantIsForAWSResource": "true" } },
    },
    {
      sid: "LookAtKeysOfDatabases",
      why: "RDS asks whether the key can be used, in the caller's name",
      actions: ["kms:DescribeKey"],
      resources: keys,
      conditions: viaRds(names),
    },
    {
      sid: "PassRolesOfMonitoring",
      why: "A restored database gets the enhanced monitoring that the present one has",
      actions: ["iam:PassRole"],
      resources: all(names, ({ monitoringRole }) => (monitoringRole ? [monitoringRole] : [])),
      conditions: { StringEquals: { "iam:PassedToService": "monitoring.rds.amazonaws.com" } },
    },
    {
      sid: "PassRolesOfDatabases",
      why: "A restored database gets the roles that the present one has, and joins its domain",
      actions: ["iam:PassRole"],
      resources: all(names, ({ databaseRoles }) => databaseRoles),
      conditions: {
        StringEquals: {
          "iam:PassedToService": [
            "directoryservice.rds.amazonaws.com",
            "monitoring.rds.amazonaws.com",
            "rds.amazonaws.com",
          ],
        },
      },
    },
  ];
}

const viaRds = ({ region, partition }: Names) => ({
  StringEquals: { "kms:ViaService": `rds.${region}.${partition === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com"}` },
});
