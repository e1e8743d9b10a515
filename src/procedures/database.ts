import type { Database, DatabaseProxy, DatabaseRef } from "../aws/rds-shapes.ts";
import type { Target } from "../targets/schema.ts";

/** The database that the configuration names; undefined where the target has none. RDS knows identifiers in lower case. */
export function databaseOf({ database }: Pick<Target, "database">): DatabaseRef | undefined {
  if (database === "none") return undefined;
  return "cluster" in database
    ? { kind: "cluster", identifier: database.cluster.toLowerCase() }
    : { kind: "instance", identifier: database.instance.toLowerCase() };
}

/** How the database was before it was touched, with what leads to it. A restored one is another: this is what it must be made like. */
export type DatabaseBefore = Database & {
  proxies: DatabaseProxy[];
  /** Addresses that revisions may still name though they belong to an earlier database, each with the one of this database in its place. */
  insteadOf?: Record<string, string>;
};

/** Such as `RDS instance crm-db`. */
export const nameOfDatabase = ({ kind, identifier }: DatabaseRef): string => `RDS ${kind} ${identifier}`;

/** As the configuration names it. */
export const asConfigured = ({ kind, identifier }: DatabaseRef): string => `\`database: { ${kind}: ${identifier} }\``;

/** States in which RDS takes a snapshot: of an instance two, of a cluster one. */
export const canBeSnapshotted = ({ kind, status }: Pick<Database, "kind" | "status">): boolean =>
  status === "available" || (kind === "instance" && status === "storage-optimization");
