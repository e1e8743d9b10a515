import type * as sdk from "@aws-sdk/client-rds";
import type { Demands } from "../demand.ts";
import type { Known } from "../known.ts";
import { defaultGroups, rdsResources, tagsOfSnapshots } from "./rds-resources.ts";
import { passedRoles } from "./rds-roles.ts";

type Groups = { DBParameterGroupName?: string; OptionGroupName?: string; DBSubnetGroupName?: string };

/** Instances. */
export function rdsInstanceDemands(known: Known) {
  const { one, on, useOfKey } = rdsResources(known);
  const simple = (operation: string) => (input: { DBInstanceIdentifier?: string }) =>
    on(operation, [one.db(input.DBInstanceIdentifier ?? "*")]);
  const named = ({ DBParameterGroupName, OptionGroupName, DBSubnetGroupName }: Groups): string[] => [
    ...(DBParameterGroupName ? [one.pg(DBParameterGroupName)] : []),
    ...(OptionGroupName ? [one.og(OptionGroupName)] : []),
    ...(DBSubnetGroupName ? [one.subgrp(DBSubnetGroupName)] : []),
  ];

  return {
    DescribeDBInstances: simple("DescribeDBInstances"),
    DeleteDBInstance: ({ DBInstanceIdentifier = "", FinalDBSnapshotIdentifier }) => [
      ...on("DeleteDBInstance", [one.db(DBInstanceIdentifier)]),
      ...(FinalDBSnapshotIdentifier
        ? on("CreateDBSnapshot", [one.db(DBInstanceIdentifier), one.snapshot(FinalDBSnapshotIdentifier)], {
            inherited: tagsOfSnapshots(known.rds.instance(DBInstanceIdentifier)),
          })
        : []),
    ],
    RebootDBInstance: simple("RebootDBInstance"),
    StartDBInstance: simple("StartDBInstance"),
    StopDBInstance: simple("StopDBInstance"),
    PromoteReadReplica: simple("PromoteReadReplica"),

    CreateDBInstance: ({ DBInstanceIdentifier = "", DBClusterIdentifier, Tags, ...input }) => {
      const created = one.db(DBInstanceIdentifier);
      const cluster = DBClusterIdentifier ? [one.cluster(DBClusterIdentifier)] : [];
      return [
        ...on("CreateDBInstance", [created, ...cluster, ...named(input)], { tags: Tags, created }),
        ...passedRoles(known.world, input),
        ...useOfKey(input.KmsKeyId),
      ];
    },

    CreateDBInstanceReadReplica: ({ DBInstanceIdentifier = "", SourceDBInstanceIdentifier = "", Tags, ...input }) => {
      const created = one.db(DBInstanceIdentifier);
      return on("CreateDBInstanceReadReplica", [created, one.db(SourceDBInstanceIdentifier), ...named(input)], {
        tags: Tags,
        created,
      });
    },

    // Whether a rename is judged on the new name too is documented nowhere: here it is, and the stricter policy does under either.
    ModifyDBInstance: ({ DBInstanceIdentifier = "", NewDBInstanceIdentifier, ...input }) => [
      ...on("ModifyDBInstance", [
        one.db(DBInstanceIdentifier),
        ...(NewDBInstanceIdentifier ? [one.db(NewDBInstanceIdentifier)] : []),
        ...named(input),
      ]),
      ...passedRoles(known.world, input),
    ],

    RestoreDBInstanceFromDBSnapshot: ({
      DBInstanceIdentifier = "",
      DBSnapshotIdentifier,
      DBClusterSnapshotIdentifier,
      Tags,
      ...input
    }) => {
      const created = one.db(DBInstanceIdentifier);
      const content = DBSnapshotIdentifier
        ? known.rds.snapshot(DBSnapshotIdentifier)
        : known.rds.clusterSnapshot(DBClusterSnapshotIdentifier ?? "");
      const defaults = defaultGroups(content?.settings);
      const source = DBSnapshotIdentifier
        ? one.snapshot(DBSnapshotIdentifier)
        : one["cluster-snapshot"](DBClusterSnapshotIdentifier ?? "");
      const resources = [
        created,
        source,
        one.subgrp(input.DBSubnetGroupName ?? defaults.subnetGroup),
        one.pg(input.DBParameterGroupName ?? defaults.parameterGroup),
        one.og(input.OptionGroupName ?? defaults.optionGroup),
      ];
      return [
        ...on("RestoreDBInstanceFromDBSnapshot", resources, { tags: Tags, created }),
        ...passedRoles(known.world, input),
        ...useOfKey(content?.settings.KmsKeyId),
      ];
    },
  } satisfies Demands<typeof sdk>;
}
