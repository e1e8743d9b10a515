import { leavingFailures } from "../own-grants.ts";
import { exampleConfiguration, exampleOwn } from "./example.ts";
import { type Conditions, type FunctionName, functionNames, type Grant } from "./grant.ts";
import { permissionsOf } from "./permissions-of.ts";

const INTRODUCTION = `# What the functions may do

<!-- generated from infra/permissions by scripts/openapi.ts -->

Every function has a role of its own. What it may do is derived from \`intermission.yml\` when the stack is synthesised ([infra/permissions](../infra/permissions)): each statement names what
\`targets.*.resources\` and the targets' other keys name, and a call is there only where some target's configuration needs it. Nobody writes a policy by hand, and none has a \`*\` in an action.

Below is what comes out for [this configuration](../infra/permissions/example.yml), whose two targets together need every grant there is. In resources \`…\` stands for the region and the account. Where
AWS cannot limit a call to resources, or what it is about has no name before it is found, the last column says so.

What holds these tables to be true are tests: every procedure runs against simulated AWS that judges each call by exactly these policies ([test/infra/permissions](../test/infra/permissions)). No call of a
run is denied, every action here is used by one of them or is named there with the reason that it is not, and what the policies are there to prevent is tried and denied.

When AWS changes, so must the permissions: new listeners, target groups, roles or rules are in \`resources\` only once somebody has run \`npm run init -- --refresh\` and then \`npm run deploy\`. Until then an
operation on that target is refused by its preflight, by the check \`permissions-cover-the-target\`, before anything is touched.

A managed policy holds 6,144 characters and a role ten of them, which is enough for ten targets that need everything, and for more that do not. What does not fit into one is split; where ten are too few, put some targets into an \`intermission.yml\` of their own with another
\`deployment.name\`. \`npm run synth\` says how many fit.
`;

const TITLES: Record<FunctionName, { title: string; about: string }> = {
  runbook: {
    title: "The runbook",
    about: "The durable function that runs the procedures. It alone changes anything of a target.",
  },
  api: {
    title: "The API",
    about:
      "It plans, and hands over to the runbook: a plan looks at everything that preflight looks at. It changes nothing in ECS, in the load balancer or in RDS.",
  },
  "execution-ended": {
    title: "The function that hears of ended runs",
    about: "It starts a run that takes over where one ended without a word.",
  },
  announce: { title: "The function that announces", about: "It puts what happens to operations on the event bus." },
  watch: {
    title: "The function that watches",
    about:
      "It measures what is held, waits, or is up too long; its metrics are lines of its own log. It starts the run of an operation whose request ended before it did.",
  },
};

const OPTIONAL = {
  movePriorities: {
    title: "The runbook, where rules may be moved",
    about:
      "A policy of its own, only with `loadBalancer.movePriorities`: it changes the priorities of other applications' rules, which have to move too.",
  },
  restoreDatabases: {
    title: "The runbook, where databases may be restored",
    about:
      "A policy of its own, only with `restore.fence`. Without it a snapshot is taken and nothing is ever restored. What it may delete are databases with the tags of a restore; RDS has no condition that a tag be given when a database is made and not later, so whoever acts as the runbook with this policy could tag a database of a target and delete it. Deletion protection does not prevent that, for it may change the database; backups in another account do.",
  },
};

/** docs/permissions.md: what each function may do, for the example configuration. */
export function permissionsAsMarkdown(): string {
  const configuration = exampleConfiguration();
  const permissions = permissionsOf({ configuration, own: exampleOwn });
  const failures = leavingFailures({ queueArn: FAILURES, deployment: configuration.deployment! });
  const wired: Partial<Record<FunctionName, Grant[]>> = { "execution-ended": failures, announce: failures };
  const order: FunctionName[] = ["runbook", ...functionNames.filter((name) => name !== "runbook")];
  const [runbook, ...others] = order.map((name) =>
    section(TITLES[name], [...permissions[name], ...(wired[name] ?? [])]),
  );
  return [
    INTRODUCTION,
    runbook,
    section(OPTIONAL.movePriorities, permissions.optional.movePriorities),
    section(OPTIONAL.restoreDatabases, permissions.optional.restoreDatabases),
    ...others,
  ].join("\n");
}

const FAILURES = "arn:aws:sqs:eu-central-1:111122223333:intermission-failures";

const section = ({ title, about }: { title: string; about: string }, grants: Grant[]): string =>
  [
    `## ${title}`,
    "",
    about,
    "",
    "| for | actions | resources | conditions | why not narrower |",
    "|---|---|---|---|---|",
    ...grants.map(row),
    "",
  ].join("\n");

const row = ({ sid, why, actions, resources, conditions, unscoped }: Grant): string =>
  `| ${[`**${sid}**: ${why}`, codes(actions), codes(resources.map(shortened)), conditionsOf(conditions), unscoped ?? ""].map(cell).join(" | ")} |`;

const codes = (items: string[]): string => items.map((item) => `\`${item}\``).join("<br>");
const cell = (text: string): string => text.replaceAll("|", "\\|");

const shortened = (arn: string): string =>
  arn.replace(/^arn:aws:/, "").replace(/:eu-central-1:111122223333:|::111122223333:/, ":…:");

const conditionsOf = (conditions: Conditions = {}): string =>
  Object.entries(conditions)
    .flatMap(([operator, keys]) =>
      Object.entries(keys).map(
        ([key, value]) => `${operator} \`${key}\`: ${codes([value].flat().map(shortened)).replaceAll("<br>", ", ")}`,
      ),
    )
    .join("<br>");
