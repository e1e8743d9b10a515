import type * as sdk from "@aws-sdk/client-rds";
import type { Demands } from "../demand.ts";
import type { Known } from "../known.ts";
import { defaultGroups, rdsResources, tagsOfSnapshots } from "./rds-resources.ts";
import { passedRoles } from "./rds-roles.ts";

type Groups = {
  DBClusterParameterGroupName?: string;
  OptionGroupName?: string;
  DBSubnetGroupName?: string;
};

/** Clusters. A restored cluster has no members: each of them is a CreateDBInstance of its own. */
export function rdsClusterDemands(known: Known) {
  const { one, on, useOfKey } = rdsResources(known);
  const groupsOf = (groups: Groups, of: Parameters<typeof defaultGroups>[0]) => {
    const defaults = defaultGroups(of);
    return [
      one.subgrp(groups.DBSubnetGroupName ?? defaults.subnetGroup),
      one["cluster-pg"](groups.DBClusterParameterGroupName ?? defaults.parameterGroup),
      one.og(groups.OptionGroupName ?? defaults.optionGroup),
    ];
  };

  return {
    DescribeDBClusters: ({ DBClusterIdentifier = "*" }) => on("DescribeDBClusters", [one.cluster(DBClusterIdentifier)]),
    FailoverDBCluster: ({ DBClusterIdentifier = "" }) => on("FailoverDBCluster", [one.cluster(DBClusterIdentifier)]),
    DeleteDBCluster({ DBClusterIdentifier = "", FinalDBSnapshotIdentifier }) {
      const cluster = one.cluster(DBClusterIdentifier);
      if (!FinalDBSnapshotIdentifier) return on("DeleteDBCluster", [cluster]);
      const resources = [cluster, one["cluster-snapshot"](FinalDBSnapshotIdentifier)];
      const inherited = tagsOfSnapshots(known.rds.cluster(DBClusterIdentifier));
      return [...on("DeleteDBCluster", resources), ...on("CreateDBClusterSnapshot", resources, { inherited })];
    },
    // As with instances, a rename is judged on the new name too.
    ModifyDBCluster: ({
      DBClusterIdentifier = "",
      NewDBClusterIdentifier,
      DBClusterParameterGroupName,
      OptionGroupName,
      ...input
    }) => [
      ...on("ModifyDBCluster", [
        one.cluster(DBClusterIdentifier),
        ...(NewDBClusterIdentifier ? [one.cluster(NewDBClusterIdentifier)] : []),
        ...(DBClusterParameterGroupName ? [one["cluster-pg"](DBClusterParameterGroupName)] : []),
        ...(OptionGroupName ? [one.og(OptionGroupName)] : []),
      ]),
      ...passedRoles(known.world, input),
    ],
    CreateDBCluster: ({ DBClusterIdentifier = "", KmsKeyId, Tags, ...input }) => {
      const created = one.cluster(DBClusterIdentifier);
      return [
        ...on("CreateDBCluster", [created, ...groupsOf(input, input)], { tags: Tags, created }),
        ...passedRoles(known.world, input),
        ...useOfKey(KmsKeyId),
      ];
    },
    RestoreDBClusterFromSnapshot: ({ DBClusterIdentifier = "", SnapshotIdentifier = "", KmsKeyId, Tags, ...input }) => {
      const created = one.cluster(DBClusterIdentifier);
      const ofCluster = known.rds.clusterSnapshot(SnapshotIdentifier);
      const content = ofCluster ?? known.rds.snapshot(SnapshotIdentifier);
      const source =
        ofCluster || !content ? one["cluster-snapshot"](SnapshotIdentifier) : one.snapshot(SnapshotIdentifier);
      const resources = [created, source, ...groupsOf(input, content?.settings)];
      return [
        ...on("RestoreDBClusterFromSnapshot", resources, { tags: Tags, created }),
        ...passedRoles(known.world, input),
        ...useOfKey(KmsKeyId ?? content?.settings.KmsKeyId),
      ];
    },
  } satisfies Demands<typeof sdk>;
}
