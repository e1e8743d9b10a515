import type { Aws } from "../aws/aws.ts";
import type { EcsService } from "../aws/ecs-shapes.ts";
import type { LoadBalancer } from "../aws/load-balancer.ts";
import type { TargetGroup } from "../aws/target-groups.ts";
import { type Door, doorsTo, type ListenerRules } from "../procedures/doors.ts";
import { from, type Read, read } from "../procedures/read.ts";
import type { SurveyedService } from "../procedures/resources-of.ts";
import { didYouMean } from "../targets/did-you-mean.ts";
import { InitError, type InitProblem, problemOfError } from "./init-problem.ts";

/** Services with what they run and how the public gets to them. Nothing that changes by itself, such as tasks. */
export type Survey = {
  /** In the order of their names as asked for. */
  services: SurveyedService[];
  targetGroups: TargetGroup[];
  loadBalancers: LoadBalancer[];
  /** Each with its rules, in no particular order. */
  listeners: ListenerRules[];
  /** The ways in to the services. */
  doors: Door[];
};

/** Throws an InitError that names everything that cannot be found or read. */
export async function survey(aws: Aws, wanted: { cluster: string; names: string[] }): Promise<Survey> {
  const found = await read(() => aws.ecs.services(wanted.cluster, wanted.names));
  if (!found.ok) throw new InitError([await clusterProblem(aws, wanted.cluster, found.error)]);
  const missing = wanted.names.filter((name) => !found.value.some((service) => service.name === name));
  const inOrder = wanted.names.flatMap((name) => found.value.find((service) => service.name === name) ?? []);
  const [services, wayIn, ofMissing] = await Promise.all([
    read(() => Promise.all(inOrder.map((service) => withDefinition(aws, service)))),
    readWayIn(aws, inOrder),
    missing.length ? missingProblems(aws, wanted.cluster, missing) : [],
  ]);
  const { targetGroups, loadBalancers, listeners } = wayIn;
  const problems = [
    ...ofMissing,
    ...unread({
      "the task definitions": services,
      "the target groups": targetGroups,
      "the load balancers": loadBalancers,
      "the listeners": listeners,
    }),
  ];
  if (problems.length || !services.ok || !targetGroups.ok || !loadBalancers.ok || !listeners.ok)
    throw new InitError(problems);
  return {
    services: services.value,
    targetGroups: targetGroups.value,
    loadBalancers: loadBalancers.value,
    listeners: listeners.value,
    doors: doorsTo(
      listeners.value,
      targetGroups.value.map(({ arn }) => arn),
    ),
  };
}

/** A problem for each part that could not be read by itself; what was not even tried because of another part is not told. */
export const unread = (parts: Record<string, Read<unknown>>): InitProblem[] =>
  Object.entries(parts).flatMap(([about, part]) =>
    part.ok || part.error.startsWith("not read") ? [] : [problemOfError(about, part.error)],
  );

async function withDefinition(aws: Aws, service: EcsService): Promise<SurveyedService> {
  const { definition } = await aws.ecs.taskDefinition(service.taskDefinitionArn);
  return { service, definition, family: definition.family ?? "" };
}

async function readWayIn(aws: Aws, services: EcsService[]) {
  const arns = services.flatMap(({ loadBalancers }) => loadBalancers.map(({ targetGroupArn }) => targetGroupArn));
  const targetGroups = await read(() => aws.loadBalancers.targetGroups([...new Set(arns)]));
  const loadBalancers = await from(targetGroups, (groups) =>
    aws.loadBalancers.loadBalancers([...new Set(groups.flatMap(({ loadBalancerArns }) => loadBalancerArns))]),
  );
  const listeners = await from(loadBalancers, async (balancers): Promise<ListenerRules[]> => {
    const all = (await Promise.all(balancers.map(({ arn }) => aws.loadBalancers.listeners(arn)))).flat();
    return Promise.all(
      all.map(async (listener) => ({ ...listener, rules: await aws.loadBalancers.rules(listener.arn) })),
    );
  });
  return { targetGroups, loadBalancers, listeners };
}

const MOST_LISTED = 30;
const listed = (names: string[]): string =>
  names.length > MOST_LISTED
    ? `${names.slice(0, MOST_LISTED).join(", ")} and ${names.length - MOST_LISTED} more`
    : names.join(", ");

async function clusterProblem(aws: Aws, cluster: string, error: string): Promise<InitProblem> {
  if (!error.startsWith("ClusterNotFoundException")) return problemOfError(`the cluster ${cluster}`, error);
  const clusters = await read(() => aws.ecs.clusterArns());
  const names = clusters.ok ? clusters.value.map((arn) => arn.split("/").at(-1) ?? arn).toSorted() : [];
  const meant = didYouMean(cluster, names);
  const others = names.length ? `the clusters ${listed(names)}` : "no cluster at all";
  return {
    about: "--cluster",
    expected: `an ECS cluster of this account and region`,
    found: `no ${cluster}; ${clusters.ok ? others : `and the others cannot be listed (${clusters.error})`}`,
    next: meant ? `Did you mean --cluster ${meant}?` : "Look whether account and region are those that you mean",
  };
}

async function missingProblems(aws: Aws, cluster: string, missing: string[]): Promise<InitProblem[]> {
  const all = await read(() => aws.ecs.allServices(cluster));
  const names = all.ok ? all.value.map(({ name }) => name).toSorted() : [];
  const others = names.length ? `the services ${listed(names)}` : "no service at all";
  return missing.map((name) => {
    const meant = didYouMean(name, names);
    return {
      about: `--service ${name}`,
      expected: `a service of the cluster ${cluster}`,
      found: all.ok ? others : `no such service, and the others cannot be listed (${all.error})`,
      next: meant ? `Did you mean --service ${meant}?` : "Name one of these",
    };
  });
}
