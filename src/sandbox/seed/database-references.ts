import type { Finding } from "../../targets/findings.ts";
import { missing } from "./missing-reference.ts";
import type { Seed } from "./schema.ts";

/** What replicas and proxies say they are of. */
export function databaseReferences({ databases }: Seed): Finding[] {
  const entries = Object.entries(databases);
  const instances = entries.filter(([, { kind }]) => kind === "instance").map(([name]) => name);
  const reachable = entries.filter(([, { kind }]) => !["replica", "proxy"].includes(kind)).map(([name]) => name);
  return entries.flatMap(([name, database]) => {
    const path = ["databases", name, "of"];
    if (database.kind === "replica") return missing(path, database.of, instances, "the instances");
    if (database.kind === "proxy") return missing(path, database.of, reachable, "the instances and clusters");
    return [];
  });
}
