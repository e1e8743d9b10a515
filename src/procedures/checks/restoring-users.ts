import type { Database } from "../../aws/rds-shapes.ts";
import { nameOfDatabase } from "../database.ts";
import type { ServiceShape } from "../discovery.ts";
import { isOfDatabase, type Naming, namesDatabase, secretOf } from "../same-database.ts";
import { type Check, type CheckInput, given, ok, warn } from "./check.ts";
import { certainly, modeOf, quietly } from "./restoring-words.ts";

/** Whether those who use the database would find the restored one, and get in. */
export const restoringUserChecks: Check[] = [
  {
    name: "restore-is-found-by-the-nodes",
    looked: (input) =>
      modeOf(input) === "rename"
        ? "addresses in the services' task definitions"
        : "addresses in plain environment values of the services' task definitions",
    expected:
      "the nodes come to the restored database: by the present one's own addresses, where it can be told another",
    find: (input) =>
      quietly(input, (database) =>
        given(input.discovery.shapes, (shapes) =>
          given(input.discovery.proxies, (proxies) => {
            const problems = shapes.flatMap((shape) => notLed(input, { shape, database, proxies }));
            const fixes = [...new Set(problems.map(({ fix }) => fix))].join(". ");
            return problems.length
              ? certainly(input)(problems.map(({ found }) => found).join("; "), fixes)
              : ok(
                  modeOf(input) === "rename"
                    ? "the restored one takes the name"
                    : "every service names it in plain values",
                );
          }),
        ),
      ),
  },
  {
    name: "restore-keeps-the-login",
    looked: () => "how the nodes log in: RDS's own secret, IAM",
    expected: "a login that the restored database has too",
    find: (input) =>
      quietly(input, ({ managedSecret, settings }) => {
        const problems: [string, string][] = [];
        if (managedSecret !== undefined)
          problems.push([
            `RDS manages its login in ${managedSecret}: a restored one has no managed secret, and its password is the one as of the snapshot`,
            "Where RDS rotates the secret in between, the old version cannot log in until you set the password of the restored database to what the secret holds (ModifyDBInstance or ModifyDBCluster with MasterUserPassword). Do not rotate it during the operation",
          ]);
        if (settings.own.EnableIAMDatabaseAuthentication === true)
          problems.push([
            `it takes logins by IAM, and policies for rds-db:connect may name its resource id ${settings.resourceId}, which a restored one has not`,
            "Let the nodes' policies name any resource id (dbuser:*/USER), or be ready to change them",
          ]);
        return problems.length
          ? warn(problems.map(([found]) => found).join("; "), problems.map(([, fix]) => fix).join(". "))
          : ok("a password that the nodes are given");
      }),
  },
  {
    name: "restore-leaves-nobody-behind",
    looked: () => "read replicas, proxies, custom endpoints",
    expected: "none: they stay with the data that is put aside",
    find: (input) =>
      quietly(input, (database) =>
        given(input.discovery.proxies, (proxies) => {
          const behind = [
            ...database.replicas.map((replica) => `read replica ${replica.split(":").at(-1)}`),
            ...proxies.map(({ name }) => `proxy ${name}`),
            ...database.settings.customEndpoints.map((endpoint) => `custom endpoint ${endpoint}`),
          ];
          return behind.length
            ? warn(
                `${behind.join(", ")} would stay with the present data`,
                "After a restore make replicas and endpoints anew, and register the restored database with the proxies in its place",
              )
            : ok("none");
        }),
      ),
  },
];

type Looked = { shape: ServiceShape; database: Database; proxies: { name: string; addresses: string[] }[] };

/** A proxy keeps its target whatever that is named, and a custom endpoint its cluster: who comes by them comes to the data that is put aside. */
function notLed(
  input: CheckInput,
  { shape: { service, definition }, database, proxies }: Looked,
): { found: string; fix: string }[] {
  const named = (hosts: string[]): Naming[] => namesDatabase(definition, { hosts, secrets: [] });
  const byProxy = named(proxies.flatMap(({ addresses }) => addresses));
  if (byProxy.length)
    return [
      {
        found: `${service} comes to it by a proxy (${byProxy.map(inWords).join(", ")}), which would lead to the present data still`,
        fix: "Restore by hand and register the restored database with the proxy, or lead the nodes to the database itself",
      },
    ];
  const byCustom = named(database.settings.customEndpoints);
  if (byCustom.length)
    return [
      {
        found: `${service} comes to it by a custom endpoint (${byCustom.map(inWords).join(", ")}), which a restored cluster has not`,
        fix: "Lead the nodes to the cluster's own endpoints",
      },
    ];
  if (modeOf(input) === "rename" || named(database.settings.addresses.map(({ address }) => address)).length > 0)
    return [];
  const hidden = (definition.containerDefinitions ?? []).flatMap(({ name: container, secrets = [] }) =>
    secrets
      .filter(({ name = "" }) => isOfDatabase(name))
      .map(({ name, valueFrom = "" }) => `${name} of ${container} comes from ${secretOf(valueFrom)}`),
  );
  return [
    {
      found: `${service} has no address of ${nameOfDatabase(database)} in a plain value${hidden.length ? ` (${hidden.join(", ")})` : ""}`,
      fix: "Say `restore: { mode: rename }`, which needs no other address, or give the host in a plain environment variable and only the login in a secret",
    },
  ];
}

const inWords = ({ container, variable, value }: Naming): string => `${variable} of ${container} names ${value}`;
