import { ConfigurationError, type ConfigurationProblem } from "../src/targets/configuration.ts";
import type { Deployment } from "../src/targets/deployment-schema.ts";
import type { Configuration } from "../src/targets/schema.ts";
import { deploymentProblems } from "./deployment-problems.ts";

/** How the configuration is deployed. Throws a ConfigurationError with everything that keeps it from being deployed. */
export function requireDeployable(configuration: Configuration, fileName: string): Deployment {
  const { deployment } = configuration;
  if (!deployment) throw new ConfigurationError(fileName, [missing]);
  const problems = deploymentProblems({ ...configuration, deployment });
  if (problems.length > 0) throw new ConfigurationError(fileName, problems);
  return deployment;
}

const missing: ConfigurationProblem = {
  path: "deployment",
  expected: "the account and the region to deploy to",
  found: "nothing",
  hint: "`npm run init -- --refresh` writes what it finds",
};
