import type { FunctionName, Grant, OwnResources, Permissions } from "../../../infra/permissions/grant.ts";
import { permissionsOf } from "../../../infra/permissions/permissions-of.ts";
import { policyDocuments } from "../../../infra/permissions/policy-documents.ts";
import { discoverResources } from "../../../src/init/discover-resources.ts";
import { deploymentSchema } from "../../../src/targets/deployment-schema.ts";
import { TARGET } from "../../simulation/noticeboard-cloud.ts";
import { API_ROLE, RUNBOOK_ROLE, type SimulatedCloud } from "../../simulation/simulated-cloud.ts";

const IN = "us-east-1:111122223333";
const logGroup = (name: FunctionName) => `arn:aws:logs:${IN}:log-group:/aws/lambda/intermission-${name}:*`;

/** What the stack would have made in the simulated account. */
export const own: OwnResources = {
  tableArn: `arn:aws:dynamodb:${IN}:table/intermission`,
  streamArn: `arn:aws:dynamodb:${IN}:table/intermission/stream/2026-01-01T00:00:00.000`,
  runbookFunctionArn: `arn:aws:lambda:${IN}:function:intermission-runbook`,
  runbookAliasArn: `arn:aws:lambda:${IN}:function:intermission-runbook:live`,
  deadLetterQueueArn: `arn:aws:sqs:${IN}:intermission-dead-letters`,
  busArn: `arn:aws:events:${IN}:event-bus/intermission`,
  logGroupArns: {
    api: logGroup("api"),
    runbook: logGroup("runbook"),
    "execution-ended": logGroup("execution-ended"),
    announce: logGroup("announce"),
    watch: logGroup("watch"),
  },
};

export const grantsOfRunbook = ({ runbook, optional }: Permissions): Grant[] => [
  ...runbook,
  ...optional.movePriorities,
  ...optional.restoreDatabases,
];

/**
 * From now on the functions of this cloud may do what is derived from its target, with the `resources` that init finds, and nothing else; or
 * everything, where they are not to be judged. Answers what is derived.
 */
export async function permit(
  { configuration, runbook, iam }: SimulatedCloud,
  { without = [], judged = true }: { without?: string[]; judged?: boolean } = {},
): Promise<Permissions> {
  const target = configuration.targets.get(TARGET)!;
  const resources = await discoverResources({ aws: runbook.aws, target, nowMs: runbook.clock.now() });
  configuration.targets.set(TARGET, { ...target, resources });
  const deployment = deploymentSchema.parse({ account: "111122223333", region: "us-east-1" });
  const permissions = permissionsOf({ configuration: { ...configuration, deployment }, own });
  const granted = (grants: Grant[]) => policyDocuments(grants.filter(({ sid }) => !without.includes(sid)));
  if (!judged) return permissions;
  iam.setPolicies(RUNBOOK_ROLE, granted(grantsOfRunbook(permissions)));
  iam.setPolicies(API_ROLE, granted(permissions.api));
  return permissions;
}

/** Every call of a function that its policies did not allow. */
export const denials = ({ world }: SimulatedCloud): string[] =>
  world.log
    .after()
    .flatMap((event) =>
      event.kind === "call" && event.outcome.startsWith("AccessDenied") && event.caller.includes("/intermission-")
        ? [`${event.operation}: ${event.outcome}`]
        : [],
    );

/** What the policies of a role were used for, as `Sid action`. */
export const usedBy = ({ iam }: SimulatedCloud, role: string): string[] => [
  ...new Set(iam.used(role).map(({ sid, action }) => `${sid} ${action}`)),
];
