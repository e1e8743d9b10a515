import { arn, type World } from "../../world.ts";
import { type Demand, passRole } from "../demand.ts";

type Roles = {
  MonitoringRoleArn?: string;
  /** A name, unlike the others. */
  DomainIAMRoleName?: string;
  AssociatedRoles?: { RoleArn?: string }[];
};

/** The roles that a database is given: enhanced monitoring's, its domain's, and those by which it reaches other services itself. */
export const passedRoles = (
  world: Pick<World, "account">,
  { MonitoringRoleArn, DomainIAMRoleName, AssociatedRoles = [] }: Roles,
): Demand[] => [
  ...(MonitoringRoleArn ? [passRole(MonitoringRoleArn, "monitoring.rds.amazonaws.com")] : []),
  ...(DomainIAMRoleName
    ? [passRole(arn({ ...world, region: "" }, "iam", `role/${DomainIAMRoleName}`), "rds.amazonaws.com")]
    : []),
  ...AssociatedRoles.flatMap(({ RoleArn }) => (RoleArn ? [passRole(RoleArn, "rds.amazonaws.com")] : [])),
];
