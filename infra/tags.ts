import { Tags } from "aws-cdk-lib";
import type { Construct } from "constructs";
import type { Deployment } from "../src/targets/deployment-schema.ts";

/** Puts the deployment's tags, and whose it is, on everything that takes tags. */
export function tagEverything(scope: Construct, { name, tags }: Deployment): void {
  for (const [key, value] of Object.entries({ "intermission:deployment": name, ...tags }))
    Tags.of(scope).add(key, value);
}
