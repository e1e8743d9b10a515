import type { Grant } from "./grant.ts";
import { type PolicyDocument, policyDocument } from "./policy-document.ts";

/** IAM's quotas: characters of a managed policy without white space, and managed policies of a role where nobody has asked for more. */
const MOST_CHARACTERS = 6_144;
const MOST_POLICIES = 10;

type Options = {
  /** How the error calls the role. */
  role?: string;
  /** How many targets the grants are of, so that the error can say how many fit. */
  targets?: number;
  /** Managed policies that the role has besides. */
  besides?: number;
};

/**
 * The grants in as few managed policies as their order allows, the same for the same grants: in order, each into the first that has room.
 * A grant that is too long for any goes into several, a part of its resources in each. Throws where a role cannot have so many.
 */
export function policyDocuments(
  grants: Grant[],
  { role = "the role", targets, besides = 0 }: Options = {},
): PolicyDocument[] {
  const packed: Grant[][] = [];
  for (const grant of grants.flatMap(inParts)) {
    const open = packed.find((some) => sizeOf([...some, grant]) <= MOST_CHARACTERS);
    if (open) open.push(grant);
    else packed.push([grant]);
  }
  if (packed.length > MOST_POLICIES - besides)
    throw new Error(tooMany({ role, needed: packed.length, besides, targets }));
  return packed.map(policyDocument);
}

function inParts(grant: Grant): Grant[] {
  if (sizeOf([grant]) <= MOST_CHARACTERS) return [grant];
  const parts: string[][] = [[]];
  for (const resource of grant.resources) {
    const part = parts.at(-1)!;
    if (
      part.length > 0 &&
      sizeOf([{ ...grant, sid: `${grant.sid}999`, resources: [...part, resource] }]) > MOST_CHARACTERS
    )
      parts.push([resource]);
    else part.push(resource);
  }
  return parts.map((resources, index) => ({ ...grant, sid: `${grant.sid}${index + 1}`, resources }));
}

/** What a template does not know yet will be an ARN. */
const TOKEN = /\$\{Token\[[^\]]*\]\}/g;
const LONG_ARN = "x".repeat(160);

const sizeOf = (grants: Grant[]): number =>
  JSON.stringify(policyDocument(grants)).replace(TOKEN, LONG_ARN).replace(/\s/g, "").length;

type TooMany = { role: string; needed: number; besides: number; targets?: number };

function tooMany({ role, needed, besides, targets }: TooMany) {
  const fit = targets && Math.max(1, Math.floor((targets * MOST_POLICIES) / (needed + besides)));
  return [
    `expected the permissions of ${role} to fit into ${MOST_POLICIES - besides} managed policies of ${MOST_CHARACTERS} characters, found ${needed}.`,
    fit === undefined ? "" : `About ${fit} of the ${targets} targets fit into one deployment.`,
    "Put the others into an intermission.yml of their own, with another `deployment.name`, and deploy that beside it",
  ]
    .filter(Boolean)
    .join(" ");
}
