import type { Neighbour } from "../data-discovery.ts";
import { asConfigured, databaseOf, nameOfDatabase } from "../database.ts";
import type { ServiceShape } from "../discovery.ts";
import { isOfDatabase, type Naming, namesDatabase, rdsHostsIn, secretOf } from "../same-database.ts";
import { modeOf } from "../writers/writer.ts";
import { type Check, type CheckInput, type Finding, fail, given, ok, warn } from "./check.ts";

/** Who uses the database, and what else follows it. */
export const databaseUserChecks: Check[] = [
  {
    name: "nodes-use-this-database",
    looked: () => "plain environment values and names of secrets in the services' task definitions",
    expected: "the address of the configured database: of another one a snapshot would be worth nothing",
    find: (input) =>
      given(input.discovery.shapes, (shapes) =>
        given(input.discovery.databaseAddresses, () => {
          const findings = shapes.map((shape) => usedBy(input, shape));
          const of = (outcome: Finding["outcome"]) => findings.filter((finding) => finding.outcome === outcome);
          const [worst = []] = [of("failed"), of("warned"), of("passed")].filter((some) => some.length > 0);
          const found = worst.map((finding) => finding.found).join("; ");
          const fixes = [...new Set(worst.flatMap(({ fix }) => fix ?? []))].join("; ");
          return {
            outcome: worst[0]?.outcome ?? "passed",
            found: found || "no services",
            ...(fixes && { fix: fixes }),
          };
        }),
      ),
  },
  {
    name: "database-is-theirs-alone",
    looked: ({ target }) => `task definitions of the other services in cluster ${target.cluster}`,
    expected: "none that leads to this database: it would write while the data is snapshotted and migrated",
    find: ({ target, discovery }) =>
      given(discovery.neighbours, (neighbours) => {
        if (neighbours.length === 0) return ok("none leads there");
        const isIgnored = ({ family, own }: Neighbour) => modeOf(target, { family, own }) === "ignore";
        const inTheWay = neighbours.filter((each) => each.desiredCount > 0 && !isIgnored(each));
        if (inTheWay.length)
          return fail(
            inTheWay.map(neighbourInWords).join("; "),
            "List those of this application under `services`, so that they stop and are upgraded too. Set another application's to 0 for the window, or say `otherWriters: { families: { FAMILY: ignore } }` where it may write while the data is migrated. This application's own are never ignored: they would be another version of it",
          );
        return warn(
          neighbours.map((each) => `${neighbourInWords(each)}${isIgnored(each) ? ", ignored" : ""}`).join("; "),
          neighbours.some((each) => !isIgnored(each))
            ? "Keep those without nodes at 0 until the operation has ended, or list them under `services`"
            : "What they write after the snapshot is lost if it is restored",
        );
      }),
  },
  {
    name: "followers-are-known",
    looked: () => "read replicas of the database and proxies before it",
    expected: "none, or that they are known: they follow the migration, and a restore does not bring them back",
    find: ({ target, discovery }) =>
      given(discovery.database, (database) =>
        given(discovery.proxies, (proxies) => {
          if (!database) return ok("there is no database");
          const followers = [
            ...database.replicas.map((replica) => `read replica ${lastPart(replica)}`),
            ...proxies.map(({ name, status }) => `proxy ${name} (${status})`),
          ];
          return followers.length
            ? warn(
                followers.join(", "),
                [
                  ...(database.replicas.length
                    ? ["After a rollback make the replicas anew: they stay with the migrated data"]
                    : []),
                  ...(proxies.length
                    ? [
                        `After a rollback the proxy must lead to the restored database. Sessions that it has pinned keep a connection to ${nameOfDatabase(databaseOf(target)!)} for as long as their node runs`,
                      ]
                    : []),
                ].join(". "),
              )
            : ok("none");
        }),
      ),
  },
];

const neighbourInWords = ({ service, desiredCount, namings }: Neighbour): string =>
  `${service} (${desiredCount} ${desiredCount === 1 ? "node" : "nodes"}, ${namings.map(inWords).join(", ")})`;
const lastPart = (arn: string) => arn.split(":").at(-1)!;
const inWords = ({ container, variable, by, value }: Naming): string =>
  by === "environment"
    ? `${variable} of ${container} names ${value}`
    : `${variable} of ${container} comes from ${value}`;

/** Which database the nodes of one service use, as far as their task definition shows. */
function usedBy({ target, discovery }: CheckInput, { service, definition }: ServiceShape): Finding {
  const wanted = databaseOf(target);
  const addresses = discovery.databaseAddresses.ok ? discovery.databaseAddresses.value : undefined;
  const database = discovery.database.ok ? discovery.database.value : undefined;
  const managed = database?.managedSecret ? [database.managedSecret] : [];
  const ours = namesDatabase(definition, { hosts: addresses?.hosts ?? [], secrets: managed });
  if (ours.length) return ok(`${service}: ${ours.map(inWords).join(", ")}`);

  const known = discovery.databases.ok ? discovery.databases.value : [];
  const meant = new Set<string>();
  const others = (definition.containerDefinitions ?? []).flatMap(({ name = "", environment = [] }) =>
    environment.flatMap(({ name: variable = "", value = "" }) => {
      const other = known.find(
        ({ addresses: hosts }) => namesDatabase(withValue(value), { hosts, secrets: [] }).length > 0,
      );
      if (other) meant.add(asConfigured(other.memberOf ? { kind: "cluster", identifier: other.memberOf } : other));
      const hosts = other ? [nameOfDatabase(other)] : rdsHostsIn(value);
      return hosts.map((host) => `${variable} of ${name} names ${host}`);
    }),
  );
  if (others.length) {
    const found = `${service}: ${others.join(", ")}`;
    return wanted
      ? fail(
          `${found}, and nothing names ${nameOfDatabase(wanted)}`,
          `${meant.size ? `Write ${[...meant].join(" or ")}` : "Name in `database` the one that they use"}, if that is right: what is snapshotted must be what is migrated`,
        )
      : warn(
          `${found}, though the target has \`database: none\``,
          "Name it in `database`, unless the nodes keep nothing there that an upgrade changes",
        );
  }
  if (!wanted) return ok(`${service}: none is named`);
  if (!database) return ok(`${service}: nothing to compare with`);
  return warn(
    `${service}: no address of RDS is seen (${unseen(definition)})`,
    `See to it yourself that they lead to ${nameOfDatabase(wanted)}`,
  );
}

const withValue = (value: string) => ({ containerDefinitions: [{ environment: [{ value }] }] });

/** Where the address may be instead. */
function unseen({ containerDefinitions = [] }: ServiceShape["definition"]): string {
  const places = containerDefinitions.flatMap(({ secrets = [], environment = [], environmentFiles = [] }) => [
    ...secrets
      .filter(({ name = "" }) => isOfDatabase(name))
      .map(({ name, valueFrom = "" }) => `${name} comes from ${secretOf(valueFrom)}`),
    ...environment.filter(({ name = "" }) => isOfDatabase(name)).map(({ name }) => `${name} is another name or value`),
    ...environmentFiles.map(({ value = "" }) => `a file of environment ${value}`),
  ]);
  return places.join(", ") || "neither a variable nor a secret is named like a database's";
}
