import type * as sdk from "@aws-sdk/client-rds";
import { type Demands, requestTags, valuesOf, withoutResource } from "../demand.ts";
import type { Known } from "../known.ts";
import { rdsClusterDemands } from "./rds-clusters.ts";
import { rdsInstanceDemands } from "./rds-instances.ts";
import { rdsResources } from "./rds-resources.ts";
import { rdsSnapshotDemands } from "./rds-snapshots.ts";

/** RDS. Descriptions have a resource level: without a name they are judged on all there are, `db:*`, which a statement about one name does not allow. */
export function rdsDemands(known: Known): Demands<typeof sdk> {
  const { on, one } = rdsResources(known);
  return {
    ...withoutResource("rds", "DescribeAccountAttributes", "CreateDBProxy"),
    ...rdsInstanceDemands(known),
    ...rdsSnapshotDemands(known),
    ...rdsClusterDemands(known),
    DescribeDBParameterGroups: ({ DBParameterGroupName = "*" }) =>
      on("DescribeDBParameterGroups", [one.pg(DBParameterGroupName)]),
    DescribeDBClusterParameterGroups: ({ DBClusterParameterGroupName = "*" }) =>
      on("DescribeDBClusterParameterGroups", [one["cluster-pg"](DBClusterParameterGroupName)]),
    DescribeDBSubnetGroups: ({ DBSubnetGroupName = "*" }) =>
      on("DescribeDBSubnetGroups", [one.subgrp(DBSubnetGroupName)]),
    CreateDBParameterGroup: ({ DBParameterGroupName = "", Tags }) =>
      on("CreateDBParameterGroup", [one.pg(DBParameterGroupName)], { tags: Tags }),
    CreateDBClusterParameterGroup: ({ DBClusterParameterGroupName = "", Tags }) =>
      on("CreateDBClusterParameterGroup", [one["cluster-pg"](DBClusterParameterGroupName)], { tags: Tags }),
    DescribeDBProxies: () => on("DescribeDBProxies", [one["db-proxy"]("*")]),
    DescribeDBProxyEndpoints: () => on("DescribeDBProxyEndpoints", [one["db-proxy-endpoint"]("*")]),
    DescribeDBProxyTargets: () => on("DescribeDBProxyTargets", [one["db-proxy"]("*"), one["target-group"]("*")]),
    DescribeDBProxyTargetGroups: () => on("DescribeDBProxyTargetGroups", [one["db-proxy"]("*")]),
    DeleteDBProxy: () => on("DeleteDBProxy", [one["db-proxy"]("*")]),
    RegisterDBProxyTargets: () => on("RegisterDBProxyTargets", [one["target-group"]("*")]),
    DeregisterDBProxyTargets: () => on("DeregisterDBProxyTargets", [one["db-proxy"]("*"), one["target-group"]("*")]),
    AddTagsToResource: ({ ResourceName = "", Tags }) =>
      on("AddTagsToResource", [ResourceName]).map(({ values, ...demand }) => ({
        ...demand,
        values: { ...values, ...requestTags(Tags, "rds:req-tag"), ...valuesOf({ "rds:TagsFromRequest": true }) },
      })),
    RemoveTagsFromResource: ({ ResourceName = "", TagKeys = [] }) =>
      on("RemoveTagsFromResource", [ResourceName]).map(({ values, ...demand }) => ({
        ...demand,
        values: { ...values, ...valuesOf({ "aws:TagKeys": TagKeys }) },
      })),
    ListTagsForResource: ({ ResourceName = "" }) => on("ListTagsForResource", [ResourceName]),
    DescribePendingMaintenanceActions: ({ ResourceIdentifier }) =>
      on(
        "DescribePendingMaintenanceActions",
        ResourceIdentifier ? [ResourceIdentifier] : [one.db("*"), one.cluster("*")],
      ),
  };
}
