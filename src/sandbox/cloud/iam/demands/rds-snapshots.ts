import type * as sdk from "@aws-sdk/client-rds";
import type { Demands } from "../demand.ts";
import type { Known } from "../known.ts";
import { rdsResources, tagsOfSnapshots } from "./rds-resources.ts";

/** Snapshots, which are judged on what they are of as well as on their own name. */
export function rdsSnapshotDemands(known: Known) {
  const { one, on, useOfKey } = rdsResources(known);
  return {
    CreateDBSnapshot: ({ DBInstanceIdentifier = "", DBSnapshotIdentifier = "", Tags }) =>
      on("CreateDBSnapshot", [one.db(DBInstanceIdentifier), one.snapshot(DBSnapshotIdentifier)], {
        tags: Tags,
        inherited: tagsOfSnapshots(known.rds.instance(DBInstanceIdentifier)),
      }),
    CreateDBClusterSnapshot: ({ DBClusterIdentifier = "", DBClusterSnapshotIdentifier = "", Tags }) =>
      on(
        "CreateDBClusterSnapshot",
        [one.cluster(DBClusterIdentifier), one["cluster-snapshot"](DBClusterSnapshotIdentifier)],
        { tags: Tags, inherited: tagsOfSnapshots(known.rds.cluster(DBClusterIdentifier)) },
      ),
    CopyDBSnapshot: ({
      SourceDBSnapshotIdentifier = "",
      TargetDBSnapshotIdentifier = "",
      KmsKeyId,
      CopyTags,
      Tags,
    }) => [
      ...on("CopyDBSnapshot", [one.snapshot(TargetDBSnapshotIdentifier)], {
        tags: Tags,
        inherited: CopyTags ? known.rds.snapshot(SourceDBSnapshotIdentifier)?.tags : undefined,
      }),
      ...useOfKey(KmsKeyId),
    ],
    CopyDBClusterSnapshot: ({
      SourceDBClusterSnapshotIdentifier = "",
      TargetDBClusterSnapshotIdentifier = "",
      KmsKeyId,
      CopyTags,
      Tags,
    }) => [
      ...on("CopyDBClusterSnapshot", [one["cluster-snapshot"](TargetDBClusterSnapshotIdentifier)], {
        tags: Tags,
        inherited: CopyTags ? known.rds.clusterSnapshot(SourceDBClusterSnapshotIdentifier)?.tags : undefined,
      }),
      ...useOfKey(KmsKeyId),
    ],
    DeleteDBSnapshot: ({ DBSnapshotIdentifier = "" }) => on("DeleteDBSnapshot", [one.snapshot(DBSnapshotIdentifier)]),
    DeleteDBClusterSnapshot: ({ DBClusterSnapshotIdentifier = "" }) =>
      on("DeleteDBClusterSnapshot", [one["cluster-snapshot"](DBClusterSnapshotIdentifier)]),
    DescribeDBSnapshots: ({ DBInstanceIdentifier, DBSnapshotIdentifier }) =>
      on("DescribeDBSnapshots", [
        ...(DBInstanceIdentifier ? [one.db(DBInstanceIdentifier)] : []),
        ...(DBSnapshotIdentifier || !DBInstanceIdentifier ? [one.snapshot(DBSnapshotIdentifier ?? "*")] : []),
      ]),
    DescribeDBClusterSnapshots: ({ DBClusterIdentifier, DBClusterSnapshotIdentifier }) =>
      on("DescribeDBClusterSnapshots", [
        ...(DBClusterIdentifier ? [one.cluster(DBClusterIdentifier)] : []),
        ...(DBClusterSnapshotIdentifier || !DBClusterIdentifier
          ? [one["cluster-snapshot"](DBClusterSnapshotIdentifier ?? "*")]
          : []),
      ]),
  } satisfies Demands<typeof sdk>;
}
