import { arnOf, distinct, type NamedTarget, type Names } from "./names.ts";

/** The databases of one kind: RDS has two of each operation, of instances and of clusters. */
export type Kind = "instance" | "cluster";

export const databaseOf = ({ database }: NamedTarget): { kind: Kind; identifier: string } | undefined => {
  if (database === "none") return undefined;
  return "instance" in database
    ? { kind: "instance", identifier: database.instance }
    : { kind: "cluster", identifier: database.cluster };
};

export const hasDatabase = (target: NamedTarget): boolean => databaseOf(target) !== undefined;

/** The targets with a database of that kind. */
export const withDatabase = (names: Names, kind: Kind): { target: NamedTarget; identifier: string }[] =>
  names.targets.flatMap((target) => {
    const database = databaseOf(target);
    return database?.kind === kind ? [{ target, identifier: database.identifier }] : [];
  });

const TYPES = { instance: "db", cluster: "cluster" } as const;

/** RDS knows identifiers in lower case only, however they are written. */
export const databaseArns = (names: Names, kind: Kind, identifiers: string[]): string[] =>
  distinct(identifiers.map((identifier) => arnOf(names, "rds", `${TYPES[kind]}:${identifier.toLowerCase()}`)));

const SNAPSHOTS = { instance: "snapshot", cluster: "cluster-snapshot" } as const;

/** All of ours are named so, after the operation that took them. */
export const snapshotArns = (names: Names, kind: Kind): string[] => [
  arnOf(names, "rds", `${SNAPSHOTS[kind]}:intermission-*`),
];
