import { ManagedPolicy, PolicyDocument, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { Construct } from "constructs";
import { acknowledgeWildcards } from "./acknowledgements.ts";
import type { Names } from "./names.ts";
import type { FunctionName, Grant } from "./permissions/grant.ts";
import { policyDocuments } from "./permissions/policy-documents.ts";

/** A part of what a role may do, in policies of its own that can be told from the others, and detached. */
export type PolicyPart = { part: string; describes: string; grants: Grant[] };

type RoleProps = { name: FunctionName; names: Names; targets: number; parts: PolicyPart[] };

/**
 * The role of a function with what it may do and nothing else, in managed policies: IAM allows ten times as much text in these as in a role.
 * Answers what the function must wait for: Lambda refuses to make one whose role may not yet do what the function's settings need.
 */
export function functionRole(scope: Construct, { name, names, targets, parts }: RoleProps): Role {
  const id = pascalCase(name);
  const role = new Role(scope, `${id}Role`, {
    roleName: names.role(name),
    description: `What the function ${names.function(name)} may do`,
    assumedBy: new ServicePrincipal("lambda.amazonaws.com"),
  });
  let besides = 0;
  for (const { part, describes, grants } of parts) {
    if (grants.length === 0) continue;
    const documents = policyDocuments(grants, { role: names.role(name), targets, besides });
    besides += documents.length;
    for (const [index, document] of documents.entries()) {
      const number = documents.length === 1 ? "" : `${index + 1}`;
      const policy = new ManagedPolicy(role, `${pascalCase(part)}Policy${number}`, {
        managedPolicyName: names.policy(name, `${part}${number && `-${number}`}`),
        description: describes,
        document: PolicyDocument.fromJson(document),
        roles: [role],
      });
      acknowledgeWildcards(policy, { statements: document.Statement, grants });
    }
  }
  return role;
}

export const pascalCase = (name: string): string =>
  name.replace(/(^|-)([a-z])/g, (_, __, letter: string) => letter.toUpperCase());
