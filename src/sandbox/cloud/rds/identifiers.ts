import { invalidValue } from "./errors.ts";

const RULE =
  "Identifiers must begin with a letter; must contain only ASCII letters, digits, and hyphens; and must not end with a hyphen or contain two consecutive hyphens.";

/** The name of a new instance: 1 to 63 letters, digits and hyphens. Stored in lower case. */
export const newInstanceIdentifier = (text: string) => checked("DBInstanceIdentifier", text, 63);
/** The name of a new snapshot: up to 255. */
export const newSnapshotIdentifier = (text: string) => checked("DBSnapshotIdentifier", text, 255);

/** The name of a new cluster: up to 63, or up to 52 for a Multi-AZ DB cluster. */
export const newClusterIdentifier = (text: string, longest = 63) => checked("DBClusterIdentifier", text, longest);
/** The name of a new cluster's snapshot: up to 63, unlike an instance's. */
export const newClusterSnapshotIdentifier = (text: string) => checked("DBClusterSnapshotIdentifier", text, 63);

export const newProxyName = (text: string) => checked("DBProxyName", text, 63);

/** How an identifier in a request, in any case or as an ARN, is spelled here. */
export function lookedUp(text: string): string {
  const lower = text.toLowerCase();
  return lower.startsWith("arn:") ? lower.split(":").slice(6).join(":") : lower;
}

function checked(parameter: string, text: string, longest: number): string {
  const valid = text.length <= longest && /^[a-z](-?[a-z0-9])*$/i.test(text);
  if (!valid) throw invalidValue(`The parameter ${parameter} is not a valid identifier. ${RULE}`);
  return text.toLowerCase();
}
