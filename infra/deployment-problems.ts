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

type Named = { path: string; arn: string | undefined; anyRegion?: boolean };

/** Permissions and calls are of one account and one region. Containers may write their lines to another region; IAM has none. */
function elsewhere(deployment: Deployment, targets: Target[]): ConfigurationProblem[] {
  const several = (path: string, arns: string[] = [], anyRegion = false): Named[] =>
    arns.map((arn, index) => ({ path: `${path}[${index}]`, arn, anyRegion }));
  const named: Named[] = [
    { path: "deployment.encryption.key", arn: deployment.encryption?.key },
    { path: "deployment.notify.topic", arn: deployment.notify?.topic },
    ...targets.flatMap(({ name, cluster, resources, loadBalancer, access }) => {
      const path = `targets.${name}`;
      const of = `${path}.resources`;
      return [
        { path: `${path}.cluster`, arn: cluster.startsWith("arn:") ? cluster : undefined },
        ...several(`${path}.loadBalancer.listeners`, loadBalancer.listeners),
        ...several(`${of}.listeners`, resources?.listeners),
        ...several(`${of}.targetGroups`, resources?.targetGroups),
        ...several(`${of}.taskRoles`, resources?.taskRoles, true),
        ...several(`${of}.infrastructureRoles`, resources?.infrastructureRoles, true),
        ...several(`${of}.logGroups`, resources?.logGroups, true),
        { path: `${of}.databaseKey`, arn: resources?.databaseKey },
        { path: `${of}.monitoringRole`, arn: resources?.monitoringRole, anyRegion: true },
        ...several(`${of}.eventRules`, resources?.eventRules),
        ...several(`${of}.schedules`, resources?.schedules),
        ...several(`${of}.scheduleRoles`, resources?.scheduleRoles, true),
        // An HTTP API has no policy that could let in another account's identities: they assume a role of this one.
        ...access.iam.map(({ role }, index) => ({
          path: `${path}.access.iam[${index}].role`,
          arn: role,
          anyRegion: true,
        })),
      ];
    }),
  ];
  return named.flatMap(({ path, arn, anyRegion }) => {
    if (arn === undefined) return [];
    const { account, region } = arnParts(arn);
    if (account === deployment.account && (anyRegion || region === deployment.region)) return [];
    const expected = anyRegion
      ? `something of the account ${deployment.account}`
      : `something of the account ${deployment.account} in ${deployment.region}`;
    return [
      {
        path,
        expected,
        found: arn,
        hint: "one deployment serves one account and region; another one needs its own file",
      },
    ];
  });
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
