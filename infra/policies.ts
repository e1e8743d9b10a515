import { createHash } from "node:crypto";
import { Stack } from "aws-cdk-lib";
import { ManagedPolicy, PolicyDocument, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { Construct } from "constructs";
import { acknowledgeWildcards } from "./acknowledgements.ts";
import type { Names } from "./names.ts";
import type { FunctionName, Grant } from "./permissions/grant.ts";
import { policyDocuments } from "./permissions/policy-documents.ts";

/** A part of what a role may do, in policies of its own that can be told from the others, and detached. */
export type PolicyPart = { part: string; describes: string; grants: Grant[] };

type RoleProps = { name: FunctionName; names: Names; targets: number; parts: PolicyPart[] };

/** While they are replaced a role has twice as many, and IAM allows ten. */
const MOST_REPLACED = 5;

/**
 * The role of a function with what it may do and nothing else, in managed policies: IAM allows ten times as much text in these as in a role.
 *
 * A policy that changes is another policy. CloudFormation makes it before it deletes the one that was, so that a run in the middle of a
 * window never lacks a permission for the seconds in which grants move from one policy to another. Roles with too many for that keep theirs,
 * and have them changed in place.
 */
export function functionRole(scope: Construct, { name, names, targets, parts }: RoleProps): Role {
  const id = pascalCase(name);
  const role = new Role(scope, `${id}Role`, {
    roleName: names.role(name),
    description: `What the function ${names.function(name)} may do`,
    assumedBy: new ServicePrincipal("lambda.amazonaws.com"),
  });
  const policies = documentsOf({ name, names, targets, parts });
  const replaced = policies.length <= MOST_REPLACED;
  for (const { part, number, describes, grants, document } of policies) {
    const content = replaced ? `-${hashOf(Stack.of(scope).resolve(document))}` : "";
    const policy = new ManagedPolicy(role, `${pascalCase(part)}Policy${number}${content}`, {
      managedPolicyName: names.policy(name, `${part}${number && `-${number}`}${content}`),
      description: describes,
      document: PolicyDocument.fromJson(document),
      roles: [role],
    });
    acknowledgeWildcards(policy, { statements: document.Statement, grants });
  }
  return role;
}

/** Throws where a role cannot have as many policies as it needs. */
function documentsOf({ name, names, targets, parts }: RoleProps) {
  let besides = 0;
  return parts.flatMap(({ part, describes, grants }) => {
    if (grants.length === 0) return [];
    const documents = policyDocuments(grants, { role: names.role(name), targets, besides });
    besides += documents.length;
    return documents.map((document, index) => {
      const number = documents.length === 1 ? "" : `${index + 1}`;
      return { part, number, describes, grants, document };
    });
  });
}

const hashOf = (document: object): string =>
  createHash("sha256").update(JSON.stringify(document)).digest("hex").slice(0, 8);

export const pascalCase = (name: string): string =>
  name.replace(/(^|-)([a-z])/g, (_, __, letter: string) => letter.toUpperCase());
