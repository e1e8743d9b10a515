import { ManagedPolicy, PermissionsBoundary } from "aws-cdk-lib/aws-iam";
import type { Construct } from "constructs";
import type { Deployment } from "../src/targets/deployment-schema.ts";

/** Gives every role the boundary that the organisation asks for. What lies outside of it is denied, whatever the policies say. */
export function boundEveryRole(scope: Construct, { permissionsBoundary }: Deployment): void {
  if (!permissionsBoundary) return;
  PermissionsBoundary.of(scope).apply(ManagedPolicy.fromManagedPolicyArn(scope, "Boundary", permissionsBoundary));
}
