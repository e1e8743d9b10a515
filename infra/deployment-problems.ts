import type { ConfigurationProblem } from "../src/targets/configuration.ts";
import type { Deployment } from "../src/targets/deployment-schema.ts";
import type { Configuration, Target } from "../src/targets/schema.ts";
import { logGroupNames, type Names, namesOf } from "./names.ts";
import { functionNames } from "./permissions/grant.ts";

type Deployed = Configuration & { deployment: Deployment };

/** Everything in the configuration that could not be deployed, or not as it is meant. */
export function deploymentProblems({ deployment, targets }: Deployed): ConfigurationProblem[] {
  const all = [...targets.values()];
  return [
    ...elsewhere(deployment, all),
    ...brokenNetwork(deployment),
    ...brokenEndpoints(deployment, all),
    ...brokenNotify(deployment),
    ...brokenTags(deployment),
    ...collisions(deployment, all),
    ...sharedServices(all),
  ];
}

const arnParts = (arn: string) => {
  const [, , , region = "", account = "", ...resource] = arn.split(":");
  return { region, account, resource: resource.join(":") };
};

/**
 * Identities and keys of other accounts. Of what the permissions name, they say themselves that it must be of the deployment's account and
 * region; roles are in no region, and containers may write their lines to another one.
 */
function elsewhere(deployment: Deployment, targets: Target[]): ConfigurationProblem[] {
  const { account, region, encryption, notify, permissionsBoundary } = deployment;
  const several = (path: string, arns: string[] = []) => arns.map((arn, index) => ({ path: `${path}[${index}]`, arn }));
  const ofAccount = targets.flatMap(({ name, resources, access }) => {
    const of = `targets.${name}.resources`;
    return [
      ...several(`${of}.taskRoles`, resources?.taskRoles),
      ...several(`${of}.infrastructureRoles`, resources?.infrastructureRoles),
      ...several(`${of}.logGroups`, resources?.logGroups),
      ...several(`${of}.scheduleRoles`, resources?.scheduleRoles),
      ...several(`${of}.databaseRoles`, resources?.databaseRoles),
      { path: `${of}.monitoringRole`, arn: resources?.monitoringRole },
      // An HTTP API has no policy that could let in another account's identities: these assume a role of this one.
      ...access.iam.map(({ role }, index) => ({ path: `targets.${name}.access.iam[${index}].role`, arn: role })),
    ];
  });
  ofAccount.push({ path: "deployment.permissionsBoundary", arn: permissionsBoundary });
  const ofRegion = [
    { path: "deployment.encryption.key", arn: encryption?.key },
    { path: "deployment.notify.topic", arn: notify?.topic },
    ...targets.flatMap(({ name, loadBalancer }) =>
      several(`targets.${name}.loadBalancer.listeners`, loadBalancer.listeners),
    ),
  ];
  const hint = "one deployment serves one account and region; another one needs a file of its own";
  return [
    ...ofAccount.flatMap(({ path, arn }) =>
      arn === undefined || arnParts(arn).account === account
        ? []
        : [{ path, expected: `something of the account ${account}`, found: arn, hint }],
    ),
    ...ofRegion.flatMap(({ path, arn }) =>
      arn === undefined || (arnParts(arn).account === account && arnParts(arn).region === region)
        ? []
        : [{ path, expected: `something of the account ${account} in ${region}`, found: arn, hint }],
    ),
  ];
}

function brokenNetwork({ network, region }: Deployment): ConfigurationProblem[] {
  if (!network) return [];
  const { subnets, availabilityZones } = network;
  return [
    ...(subnets.length === availabilityZones.length
      ? []
      : [
          {
            path: "deployment.network.availabilityZones",
            expected: `as many zones as subnets, ${subnets.length}, in their order`,
            found: `${availabilityZones.length}`,
          },
        ]),
    ...availabilityZones.flatMap((zone, index) =>
      zone.startsWith(region)
        ? []
        : [{ path: `deployment.network.availabilityZones[${index}]`, expected: `a zone of ${region}`, found: zone }],
    ),
    ...subnets.flatMap((subnet, index) =>
      subnets.indexOf(subnet) === index
        ? []
        : [{ path: `deployment.network.subnets[${index}]`, expected: "each subnet once", found: `${subnet} again` }],
    ),
  ];
}

/** The functions know one endpoint of CloudWatch Logs, which is of the deployment's region. */
function brokenEndpoints({ network, region }: Deployment, targets: Target[]): ConfigurationProblem[] {
  if (!network?.endpoints) return [];
  return targets.flatMap(({ name, resources }) =>
    (resources?.logGroups ?? []).flatMap((arn, index) =>
      arnParts(arn).region === region
        ? []
        : [
            {
              path: `targets.${name}.resources.logGroups[${index}]`,
              expected: `a log group in ${region}, since deployment.network.endpoints leads to no other region`,
              found: arn,
            },
          ],
    ),
  );
}

function brokenNotify({ notify }: Deployment): ConfigurationProblem[] {
  if (!notify) return [];
  const { topic, emails } = notify;
  const path = "deployment.notify";
  if (topic && emails.length > 0)
    return [{ path, expected: "a topic that exists, or the addresses for a new one", found: "both" }];
  if (!topic && emails.length === 0)
    return [{ path, expected: "a topic that exists, or the addresses for a new one", found: "neither" }];
  return [];
}

/** AWS lets nobody else begin a tag with `aws:`; with `intermission:` the runbook knows what is its own. */
function brokenTags({ tags }: Deployment): ConfigurationProblem[] {
  const keys = Object.keys(tags);
  return [
    ...keys.flatMap((key) =>
      /^(aws|intermission):/i.test(key)
        ? [
            {
              path: `deployment.tags.${key}`,
              expected: "a key that begins neither with aws: nor with intermission:",
              found: key,
            },
          ]
        : [],
    ),
    ...(keys.length > 40 ? [{ path: "deployment.tags", expected: "at most 40 tags", found: `${keys.length}` }] : []),
  ];
}

/** Nothing of a target may have a name that the stack gives. */
function collisions(deployment: Deployment, targets: Target[]): ConfigurationProblem[] {
  const names: Names = namesOf(deployment);
  const taken = new Set([
    ...logGroupNames(names).map((name) => `log-group:${name}`),
    ...["ended-runs", "watch"].map((name) => `rule/${names.of(name)}`),
    ...functionNames.map((name) => `role/${names.role(name)}`),
  ]);
  return targets.flatMap(({ name, resources }) =>
    Object.entries(resources ?? {}).flatMap(([key, value]) =>
      (Array.isArray(value) ? value : [value]).flatMap((arn) =>
        typeof arn === "string" && taken.has(arnParts(arn).resource)
          ? [
              {
                path: `targets.${name}.resources.${key}`,
                expected: "nothing of Intermission itself",
                found: arn,
                hint: "if it is the target's, choose another deployment.name",
              },
            ]
          : [],
      ),
    ),
  );
}

/** The lock is of a target: two targets of one service would let two operations at it. */
function sharedServices(targets: Target[]): ConfigurationProblem[] {
  const owners = new Map<string, string>();
  return targets.flatMap(({ name, cluster, services }) =>
    services.flatMap((service, index) => {
      const id = `${cluster.split("/").at(-1)}/${service.name}`;
      const owner = owners.get(id);
      if (owner === undefined) owners.set(id, name);
      return owner === undefined || owner === name
        ? []
        : [
            {
              path: `targets.${name}.services[${index}]`,
              expected: "a service of one target alone",
              found: `${id}, which is ${owner}'s too`,
            },
          ];
    }),
  );
}
