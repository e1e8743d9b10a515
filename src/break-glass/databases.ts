import { aws, awsText, onlyIf, until } from "./shell.ts";

export type Ref = { kind: "instance" | "cluster"; identifier: string };

const named = ({ kind, identifier }: Ref) => ({
  operation: kind === "instance" ? "describe-db-instances" : "describe-db-clusters",
  list: kind === "instance" ? "DBInstances[0]" : "DBClusters[0]",
  options: { [kind === "instance" ? "db-instance-identifier" : "db-cluster-identifier"]: identifier },
});

export function memberOf(ref: Ref, member: string): string {
  const { operation, list, options } = named(ref);
  return awsText("rds", operation, `${list}.${member}`, options);
}

/** Nothing is under way any more, and nothing waits. RDS's answers may be seconds old, so it is looked at again after a while. */
export const inState = (ref: Ref): string[] => [
  `sleep "\${LOOK_EVERY_SECONDS:-5}"`,
  until("available", memberOf(ref, ref.kind === "instance" ? "DBInstanceStatus" : "Status")),
];

const all = ({ kind }: Ref) =>
  kind === "instance"
    ? { operation: "describe-db-instances", list: "DBInstances", name: "DBInstanceIdentifier", id: "DbiResourceId" }
    : { operation: "describe-db-clusters", list: "DBClusters", name: "DBClusterIdentifier", id: "DbClusterResourceId" };

/** JSON, for as text a query is answered page by page. A call that fails answers neither of what is compared with. */
const asked = (ref: Ref, query: string): string => aws("rds", all(ref).operation, { query, output: "json" });

/** Only where the database with this resource id has this name: a name may have passed to another meanwhile. */
export const onlyWhileNamed = (ref: Ref, resourceId: string, commands: string[]): string =>
  onlyIf(
    `"${ref.identifier}"`,
    asked(ref, `${all(ref).list}[?${all(ref).id}==\`${resourceId}\`].${all(ref).name} | [0]`),
    commands,
  );

/** Only where there is no database of this name. */
export const onlyWithout = (ref: Ref, commands: string[]): string =>
  onlyIf("0", asked(ref, `length(${all(ref).list}[?${all(ref).name}==\`${ref.identifier}\`])`), commands);

/** Waits until its only security group is in force. */
export const isBehind = (ref: Ref, group: string): string =>
  until(`${group} active`, memberOf(ref, "VpcSecurityGroups[0].[VpcSecurityGroupId,Status] | join(' ', @)"));

/** Ends the script where the database by that name is the one with this resource id. */
export const mustBeAnother = (ref: Ref, resourceId: string): string =>
  [
    `found=$(${memberOf(ref, ref.kind === "instance" ? "DbiResourceId" : "DbClusterResourceId")})`,
    `[ "$found" != ${resourceId} ] || { echo '   ${ref.identifier} is still the database from before' >&2; exit 1; }`,
  ].join("\n");
