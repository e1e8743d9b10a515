import type { Resources } from "../../targets/resources-schema.ts";
import { madeOf } from "../made-of.ts";
import { type Check, type Finding, fail, given, ok, warn } from "./check.ts";

const REFRESH = "run `npm run init -- --refresh`, look at what it changed, then `npm run deploy`";

/** Whether the deployment's permissions are of what there is: they were made from `resources`, and name nothing else. */
export const permissionChecks: Check[] = [
  {
    name: "permissions-cover-the-target",
    concerns: ({ resources }) => resources !== undefined,
    looked: () => "what the target is made of in AWS, and `resources`, of which the deployment's permissions are made",
    expected: "everything that the operation changes, reads or passes on among `resources`",
    find: (input) => given(madeOf(input), (found) => covered(found, input.target.resources!)),
  },
];

type List = keyof Resources;

/** By key: what it is, and what AWS would have refused in the middle of an operation. */
const NEEDED: Record<List, { what: string; refused: string }> = {
  listeners: { what: "listener", refused: "elasticloadbalancing:CreateRule, so the site could not be closed" },
  targetGroups: {
    what: "target group",
    refused: "elasticloadbalancing:RegisterTargets, so the leader could not be asked",
  },
  families: { what: "family", refused: "ecs:RegisterTaskDefinition and ecs:RunTask, so no leader could start" },
  taskRoles: { what: "role", refused: "iam:PassRole, so no revision could be registered and no leader start" },
  infrastructureRoles: { what: "role for volumes", refused: "iam:PassRole, so no node could start on its volume" },
  logGroups: { what: "log group", refused: "logs:FilterLogEvents, so nobody could see what a node wrote" },
  repositories: { what: "repository", refused: "ecr:DescribeImages, so no tag could be resolved" },
  databaseMembers: {
    what: "database instance",
    refused: "rds:ModifyDBInstance, so the database could not be restored",
  },
  databaseKey: { what: "KMS key", refused: "kms:CreateGrant, so the database could not be restored" },
  monitoringRole: { what: "role for monitoring", refused: "iam:PassRole, so the database could not be restored" },
  databaseRoles: { what: "role of the database", refused: "iam:PassRole, so the database could not be restored" },
  eventRules: { what: "rule of EventBridge", refused: "events:DisableRule, so it could not be paused" },
  schedules: { what: "schedule", refused: "scheduler:UpdateSchedule, so it could not be paused" },
  scheduleRoles: { what: "role of a schedule", refused: "iam:PassRole, so its schedule could not be paused" },
};

/** Of these a list may hold more than is used now: what is paused depends on the hour, and images move between repositories. */
const MAY_REST = new Set<List>(["repositories", "eventRules", "schedules", "scheduleRoles"]);
/** Only looked at where they are needed, so nothing says that they are gone. */
const OF_RESTORES = new Set<List>(["databaseMembers", "databaseKey", "monitoringRole", "databaseRoles"]);

function covered(found: Resources, listed: Resources): Finding {
  const keys = Object.keys(NEEDED) as List[];
  const missing = keys.flatMap((key) => beyond(found[key], listed[key]).map((name) => ({ key, name, ...NEEDED[key] })));
  if (missing.length)
    return fail(
      missing
        .map(
          ({ key, name, what, refused }) =>
            `the ${what} ${name} is not among \`resources.${key}\`: AWS would have refused ${refused}`,
        )
        .join("; "),
      `Where these belong to the target, ${REFRESH}. Where not, find out who put them there`,
    );
  const gone = keys
    .filter((key) => !MAY_REST.has(key) && !OF_RESTORES.has(key))
    .flatMap((key) => beyond(listed[key], found[key]).map((name) => `the ${NEEDED[key].what} ${name}`));
  return gone.length
    ? warn(
        `everything is, and so is what the target is no longer made of: ${gone.join("; ")}`,
        `To take the permissions for it back, ${REFRESH}`,
      )
    : ok("everything");
}

type Names = string[] | string | undefined;
const beyond = (some: Names, others: Names): string[] => asList(some).filter((name) => !asList(others).includes(name));
const asList = (names: Names): string[] => (names === undefined ? [] : [names].flat());
