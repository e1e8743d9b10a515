import type { Deployment } from "../../src/targets/deployment-schema.ts";
import type { Configuration, Target } from "../../src/targets/schema.ts";
import { type NamedTarget, type Names, partitionOf } from "./names.ts";

/** The names in a configuration. Throws one Error with everything that is missing or in another account or region. */
export function named({ deployment, targets }: Configuration): Names {
  const complete = [...targets.values()].flatMap(({ resources, ...target }) =>
    resources ? [{ ...target, resources }] : [],
  );
  const problems = [
    ...(deployment ? [] : ["deployment: expected the account and region of the targets, found nothing"]),
    ...[...targets.values()].flatMap((target) => (target.resources ? [] : [missing(target)])),
    ...complete.flatMap(incomplete),
    ...(deployment ? complete.flatMap((target) => elsewhere(target, deployment)) : []),
  ];
  if (!deployment || problems.length > 0) throw new Error(told(problems));
  const { account, region } = deployment;
  return { partition: partitionOf(region), account, region, targets: complete };
}

const told = (problems: string[]): string =>
  [
    "The permissions cannot be derived from intermission.yml:",
    ...problems.map((problem) => `  ${problem}`),
    "Run `npm run init -- --refresh`, which looks at what there is in AWS and writes it down.",
  ].join("\n");

const missing = ({ name }: Target): string =>
  `targets.${name}.resources: expected what of AWS the target is made of, found nothing`;

function incomplete({ name, resources, ...target }: NamedTarget): string[] {
  const needed = [
    ["listeners", "the listeners whose rules lead to the target"],
    ["targetGroups", "the target groups of the services"],
    ["families", "the families of the services' task definitions"],
  ] as const;
  return [
    ...needed.flatMap(([key, what]) =>
      resources[key].length ? [] : [`targets.${name}.resources.${key}: expected ${what}, found none`],
    ),
    ...(typeof target.database === "object" && "cluster" in target.database && resources.databaseMembers.length === 0
      ? [
          `targets.${name}.resources.databaseMembers: expected the instances of the cluster ${target.database.cluster}, found none`,
        ]
      : []),
  ];
}

/** Names without an account are meant in that of the deployment, so what has another one could never be permitted. */
function elsewhere(target: NamedTarget, { account, region }: Deployment): string[] {
  const { name, cluster, resources } = target;
  const { listeners, targetGroups, eventRules, schedules } = resources;
  const arns = { listeners, targetGroups, eventRules, schedules };
  const named = [
    ...(cluster.startsWith("arn:") ? [{ path: `targets.${name}.cluster`, arn: cluster }] : []),
    ...Object.entries(arns).flatMap(([key, each]) =>
      each.map((arn) => ({ path: `targets.${name}.resources.${key}`, arn })),
    ),
  ];
  return named.flatMap(({ path, arn }) => {
    const [, , , itsRegion, itsAccount] = arn.split(":");
    return itsRegion === region && itsAccount === account
      ? []
      : [`${path}: expected something of the account ${account} in ${region}, found ${arn}`];
  });
}
