import type { VpcSecurityGroupMembership } from "@aws-sdk/client-rds";

/**
 * There is no EC2 here that could say what a security group lets in. A group whose id begins with this has no rule for incoming traffic,
 * every other one lets everybody in.
 */
export const NO_INGRESS = "sg-fence";

export const DEFAULT_SECURITY_GROUP = "sg-0default";
export const securityGroups = (ids: string[] = [DEFAULT_SECURITY_GROUP]): VpcSecurityGroupMembership[] =>
  ids.map((id) => ({ VpcSecurityGroupId: id, Status: "active" }));

/** Several groups let in what any of them lets in. */
export const letsNobodyIn = (groups: VpcSecurityGroupMembership[] = []): boolean =>
  groups.length > 0 && groups.every(({ VpcSecurityGroupId: id = "" }) => id.startsWith(NO_INGRESS));
