import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";
import type { Deployment } from "../src/targets/deployment-schema.ts";
import { CONFIGURATION_IN_BUNDLE } from "./assets.ts";
import { type FunctionWorld, lambdaFunction } from "./functions.ts";
import { API_TIMEOUT } from "./limits.ts";
import type { PolicyPart } from "./policies.ts";

type Props = { tableName: string; runbookAliasArn: string; github: Deployment["github"]; policies: PolicyPart[] };

/** Answers both HTTP APIs. The configuration is in its bundle: to change who may do what is to deploy. */
export const apiFunction = (
  scope: Construct,
  world: FunctionWorld,
  { tableName, runbookAliasArn, github, policies }: Props,
): LambdaFunction =>
  lambdaFunction(scope, world, {
    name: "api",
    description: "Starts operations, answers for them and takes decisions",
    timeout: API_TIMEOUT,
    memoryMb: 1_024,
    environment: {
      INTERMISSION_TABLE: tableName,
      INTERMISSION_TARGETS: CONFIGURATION_IN_BUNDLE,
      INTERMISSION_RUNBOOK_FUNCTION: runbookAliasArn,
      INTERMISSION_OIDC_ISSUER: github.issuer,
      INTERMISSION_OIDC_AUDIENCE: github.audience,
    },
    policies,
  });
