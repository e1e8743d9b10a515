import { ConfigurationError } from "../src/targets/configuration.ts";
import type { Deployment } from "../src/targets/deployment-schema.ts";
import type { Configuration } from "../src/targets/schema.ts";
import { deploymentProblems } from "./deployment-problems.ts";
import { functionNames, type OwnResources } from "./permissions/grant.ts";
import { permissionsOf } from "./permissions/permissions-of.ts";

/** How the configuration is deployed. Throws one Error with everything that keeps it from being deployed. */
export function requireDeployable(configuration: Configuration, fileName: string): Deployment {
  const { deployment } = configuration;
  const problems = deployment ? deploymentProblems({ ...configuration, deployment }) : [];
  const messages = [
    ...(problems.length > 0 ? [new ConfigurationError(fileName, problems).message] : []),
    ...messageOf(() => permissionsOf({ configuration, own: unnamed })),
  ];
  if (messages.length > 0 || !deployment) throw new Error(messages.join("\n"));
  return deployment;
}

function messageOf(attempt: () => unknown): string[] {
  try {
    attempt();
    return [];
  } catch (error) {
    return [(error as Error).message];
  }
}

/** What is asked is whether there could be permissions, not which. */
const unnamed: OwnResources = {
  tableArn: "",
  streamArn: "",
  runbookFunctionArn: "",
  runbookAliasArn: "",
  deadLetterQueueArn: "",
  busArn: "",
  logGroupArns: Object.fromEntries(functionNames.map((name) => [name, ""])) as OwnResources["logGroupArns"],
};
