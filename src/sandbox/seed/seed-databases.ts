import type { RDSClient } from "@aws-sdk/client-rds";
import { isOfKind } from "./databases-schema.ts";
import type { DatabaseValues } from "./placeholders.ts";
import type { Seed } from "./schema.ts";
import { seedCluster } from "./seed-database-clusters.ts";
import { seedInstance, seedReplica } from "./seed-database-instances.ts";
import { seedProxy } from "./seed-database-proxies.ts";
import type { Waiting } from "./wait-until.ts";

export type DatabaseContext = {
  clients: { rds: RDSClient };
  waiting: Waiting;
  /** Why an instance failed, which RDS's API does not say. */
  failureOf: (identifier: string) => string | undefined;
};
type Values = Record<string, DatabaseValues>;

/** Creates every instance and cluster and waits until all are available, then what needs them: replicas and proxies. */
export async function seedDatabases(seed: Seed, context: DatabaseContext): Promise<Values> {
  const entries = Object.entries(seed.databases);
  const all = async (seeding: Promise<[string, DatabaseValues]>[]): Promise<Values> =>
    Object.fromEntries(await Promise.all(seeding));
  const first = await all([
    ...entries
      .filter((entry) => isOfKind(entry, "instance"))
      .map(async ([name, database]) => named(name, await seedInstance(name, database, context))),
    ...entries
      .filter((entry) => isOfKind(entry, "aurora", "multi-az-cluster"))
      .map(async ([name, database]) => named(name, await seedCluster(name, database, context))),
  ]);
  const then = await all([
    ...entries
      .filter((entry) => isOfKind(entry, "replica"))
      .map(async ([name, replica]) => named(name, await seedReplica(name, replica, context, first[replica.of]!))),
    ...entries
      .filter((entry) => isOfKind(entry, "proxy"))
      .map(async ([name, { of }]) => {
        const isInstance = seed.databases[of]!.kind === "instance";
        return named(
          name,
          await seedProxy(name, { of, isInstance, values: first[of]!, account: seed.account }, context),
        );
      }),
  ]);
  return { ...first, ...then };
}

const named = (name: string, values: DatabaseValues): [string, DatabaseValues] => [name, values];
