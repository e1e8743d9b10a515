import { z } from "zod";
import type { PolicyDocument } from "../cloud/iam/policy-document.ts";
import type { Stack } from "./stack.ts";

const policyDocument = z.custom<PolicyDocument>((value) => typeof value === "object" && value !== null);
const inlinePolicies = z.array(z.object({ PolicyDocument: policyDocument })).default([]);
const attached = z.object({ Roles: z.array(z.string()).default([]), PolicyDocument: policyDocument });
const roleProperties = z.object({
  AssumeRolePolicyDocument: z.object({
    Statement: z.array(z.object({ Principal: z.object({ Service: z.union([z.string(), z.array(z.string())]) }) })),
  }),
  Policies: inlinePolicies,
  ManagedPolicyArns: z.array(z.string()).default([]),
});

export type Role = { name: string; arn: string; policies: PolicyDocument[] };

/** The stack's roles with every policy that they have, wherever the template says it. Throws for a policy that is not in the template. */
export function rolesOf(stack: Stack): Role[] {
  const policies = [...stack.all("AWS::IAM::Policy"), ...stack.all("AWS::IAM::ManagedPolicy")].map(
    ({ ref, properties }) => ({ ref, ...attached.parse(properties) }),
  );
  return stack.all("AWS::IAM::Role").map(({ ref: name, arn, properties }) => {
    const { Policies, ManagedPolicyArns } = roleProperties.parse(properties);
    const managed = ManagedPolicyArns.map((policyArn) => {
      const found = policies.find(({ ref }) => ref === policyArn);
      if (!found) throw new Error(`${name} has the policy ${policyArn}, which is not in the template`);
      return found.PolicyDocument;
    });
    const own = policies.filter(({ Roles }) => Roles.includes(name)).map(({ PolicyDocument }) => PolicyDocument);
    return { name, arn, policies: [...Policies.map(({ PolicyDocument }) => PolicyDocument), ...managed, ...own] };
  });
}
