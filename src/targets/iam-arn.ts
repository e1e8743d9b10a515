/** The ARN of an IAM role or user: names have no wildcards, paths may stand before them. */
export const IAM_ARN = /^arn:aws[a-z-]*:iam::\d{12}:(?:role|user)\/(?:[!-~]+\/)?[\w+=,.@-]{1,128}$/;

/**
 * The comparable id of an IAM role or user by its ARN. A session's ARN lacks the role's path, and names of roles are unique in their account
 * whatever their paths are (case apart, and IAM always answers the case that the role was made with), so a role is known by partition,
 * account and name.
 */
export function iamIdOf(arn: string): string {
  const role = /^arn:(aws[a-z-]*):iam::(\d{12}):role\/(?:.+\/)?([^/]+)$/.exec(arn);
  return role ? `arn:${role[1]}:sts::${role[2]}:assumed-role/${role[3]}` : arn;
}
