import { hasDatabase } from "./databases.ts";
import type { Grant } from "./grant.ts";
import type { Names } from "./names.ts";

/** What the data is in, and whether it can be snapshotted now. */
export const lookingAtDatabases = (names: Names): Grant[] => [
  {
    sid: "LookAtDatabases",
    why: "The database of a target, and which databases an application names that is said to have none",
    actions: ["rds:DescribeDBClusters", "rds:DescribeDBInstances"],
    resources: ["*"],
    unscoped:
      "All are listed: a database is found by the address in the application's environment, or by its id after a rename",
  },
  ...(names.targets.some(hasDatabase) ? [aboutDatabases] : []),
];

const aboutDatabases: Grant = {
  sid: "LookAtWhatBelongsToDatabases",
  why: "Snapshots, proxies, pending maintenance and quotas: whether a snapshot can be taken, and who else has the data's address",
  actions: [
    "rds:DescribeAccountAttributes",
    "rds:DescribeDBClusterSnapshots",
    "rds:DescribeDBProxies",
    "rds:DescribeDBProxyEndpoints",
    "rds:DescribeDBProxyTargets",
    "rds:DescribeDBSnapshots",
    "rds:DescribePendingMaintenanceActions",
  ],
  resources: ["*"],
  unscoped: "Quotas and lists take no resource, and which proxies lead to a database only their list says",
};
