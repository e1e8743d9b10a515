import type { Database } from "../../aws/rds-shapes.ts";
import { asConfigured, nameOfDatabase } from "../database.ts";
import { placesOf } from "../restoring/names.ts";
import { type Check, type CheckInput, type Finding, given, ok } from "./check.ts";
import { restoringUserChecks } from "./restoring-users.ts";
import { certainly, judged, modeOf, quietly, restorableOf } from "./restoring-words.ts";

/**
 * Whether a snapshot could be put in the place of the data. Where it is certain to be, what stands in its way refuses the operation; elsewhere it
 * is told, for then only a person decides about it. Only of operations that have a snapshot, or ask for one.
 */
export const restoringChecks: Check[] = [
  {
    name: "restore-has-a-fence",
    looked: ({ target }) => `restore.fence of ${target.name}, and the security groups of its database`,
    expected: "a security group that lets nobody in, and that the database does not have yet",
    find: (input) =>
      judged(input, (database) => {
        const { fence } = input.target.restore;
        const groups = database.settings.own.VpcSecurityGroupIds as string[];
        if (fence === undefined)
          return certainly(input)(
            "none is named, so nothing can be restored: whoever still has the old address would go on writing to data that is put aside",
            "Create a security group without rules for incoming traffic in the database's VPC, and name it as restore.fence",
          );
        return groups.includes(fence)
          ? certainly(input)(
              `${fence} is one of those that the database has (${groups.join(", ")})`,
              "Name one that is used for nothing else: it must keep everybody out who comes in now",
            )
          : ok(`${fence} instead of ${groups.join(", ")}. Whether it has rules cannot be seen from here`);
      }),
  },
  {
    name: "restore-is-possible",
    looked: () => "what the database is: its engine, what it follows, what it is encrypted with",
    expected: "an instance or a cluster of its own, that RDS restores from a snapshot as it is",
    find: (input) => quietly(input, (database) => restorable(input, database)),
  },
  {
    name: "restore-has-names",
    looked: () => "identifiers of the instances and clusters in the account",
    expected: "the names that a restore needs are free, and RDS takes them",
    find: (input) =>
      quietly(input, (database) =>
        given(input.discovery.databases, (all) => {
          const names = namesFor(input, database);
          const taken = names.filter(({ kind, identifier }) =>
            all.some((each) => each.kind === kind && each.identifier === identifier),
          );
          if (taken.length)
            return certainly(input)(
              `${taken.map(nameOfDatabase).join(", ")} ${taken.length === 1 ? "is" : "are"} there already`,
              "Rename or delete what has the name",
            );
          return ok(names.map(({ identifier }) => identifier).join(", "));
        }),
      ),
  },
  {
    name: "restore-has-room",
    looked: () => "instances and clusters of the account in its quotas",
    expected: "room for the restored database beside the present one, which is kept",
    find: (input) =>
      quietly(input, (database) => {
        const { quotas } = input.discovery;
        if (!quotas.ok) return certainly(input)(quotas.error, "Give the runbook rds:DescribeAccountAttributes");
        const wanted = {
          instance: database.kind === "instance" ? 1 : Math.max(1, database.members.length),
          cluster: database.kind === "cluster" ? 1 : 0,
        };
        const full = (["instance", "cluster"] as const).flatMap((kind) => {
          const quota = quotas.value?.databases[kind];
          return quota && wanted[kind] > 0 && quota.used + wanted[kind] > quota.maximum
            ? [
                `${quota.used} of ${quota.maximum} ${kind}s, and ${wanted[kind]} more ${wanted[kind] === 1 ? "is" : "are"} needed`,
              ]
            : [];
        });
        return full.length
          ? certainly(input)(
              full.join("; "),
              "Delete what nobody needs, such as databases that an earlier restore has put aside, or ask AWS for a higher quota (Service Quotas, Amazon RDS)",
            )
          : ok("there is room");
      }),
  },
  ...restoringUserChecks,
];

const namesFor = ({ target, request, operationId }: CheckInput, database: Database) => {
  const mode = modeOf({ target, request });
  const places = placesOf({ ...database, proxies: [] }, { operationId, snapshot: "", mode, generation: 2 });
  const own = places.aside ?? places.restored;
  return [
    own,
    ...places.members.map(({ aside, restored }) => ({ kind: "instance" as const, identifier: aside ?? restored })),
  ];
};

/** The identifier of a Multi-AZ DB cluster, of which RDS makes those of its instances. */
const LONGEST_OF_MULTI_AZ = 52;

function restorable(input: CheckInput, database: Database): Finding {
  const { engine, memberOf, replicaOf, globalCluster, kmsKey, status } = database;
  const refuse = certainly(input);
  const mode = modeOf(input);
  const isMultiAzCluster = database.kind === "cluster" && !engine.startsWith("aurora");
  const unable = restorableOf(database);
  if (unable) return refuse(unable.found, unable.fix);
  if (memberOf !== undefined)
    return refuse(`it is a member of ${memberOf}`, `Write ${asConfigured({ kind: "cluster", identifier: memberOf })}`);
  if (replicaOf !== undefined)
    return refuse(
      `it is a replica of ${replicaOf}: a restored one would follow nothing`,
      "Name the database that it is a replica of",
    );
  if (globalCluster !== undefined)
    return refuse(
      `it is in the global database ${globalCluster}, whose other clusters would keep the present data`,
      "Restore by hand, and build the global database anew",
    );
  if (isMultiAzCluster && mode === "rename")
    return refuse(
      "it is a Multi-AZ DB cluster: its instances cannot be renamed, so the restored one's would find their names taken",
      "Say `restore: { mode: repoint }`",
    );
  const [own] = namesFor(input, database);
  if (isMultiAzCluster && own!.identifier.length > LONGEST_OF_MULTI_AZ)
    return refuse(
      `${own!.identifier} has more than the ${LONGEST_OF_MULTI_AZ} characters that a Multi-AZ DB cluster's identifier may have`,
      "Restore by hand",
    );
  if (status.startsWith("inaccessible-encryption"))
    return refuse(`AWS cannot use its key ${kmsKey}`, "Enable the key again: no snapshot of it can be restored either");
  const found = `${engine} ${database.engineVersion}, by ${mode}`;
  return kmsKey === undefined
    ? ok(found)
    : ok(`${found}, encrypted with ${kmsKey}, which must stay enabled for as long as the snapshot is to be of use`);
}
