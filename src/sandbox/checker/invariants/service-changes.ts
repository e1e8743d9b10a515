import { isRunning, type ServiceState } from "../cloud-state.ts";
import { differences } from "../differences.ts";
import { familyOf } from "../scenario.ts";
import { countOfOthers, isDeployedByOthers } from "../service-changes-of-others.ts";
import { wasSetByOthers } from "../settings-of-others.ts";
import type { Story } from "../story.ts";
import type { Change } from "./as-before.ts";
import { ownRevisions, revisionChanges } from "./revision-changes.ts";

/** Counters and history: what running nodes are is judged with the ending. */
const PASSING = [
  "runningCount",
  "pendingCount",
  "deployments",
  "events",
  "currentServiceDeployment",
  "currentServiceRevisions",
];

/** Counts, settings and tags of services, scalable targets, and standalone tasks left over. */
export function serviceChanges(story: Story): Change[] {
  const { before, after } = story;
  return [
    ...before.ecs.services.flatMap((was) => changesOf(story, was)),
    ...standaloneTasks(story),
    ...ownRevisions(story),
    ...compare(before.autoScaling.targets, after.autoScaling.targets, ({ ResourceId }) => ResourceId).filter(
      ({ resource, what }) => !isScalingOfOthers(story, { resource, what }),
    ),
    ...differences(before.autoScaling.policies, after.autoScaling.policies).map((change) => ({
      resource: "scaling policies",
      name: "polic",
      what: change.path,
      ...change,
    })),
  ];
}

/** Somebody else set it, or an action did that somebody has scheduled. */
function isScalingOfOthers(story: Story, { resource, what }: { resource: string; what: string }): boolean {
  const member = what.split(".").at(-1)!;
  const isBound = member === "MinCapacity" || member === "MaxCapacity";
  return (
    wasSetByOthers(story, { operation: "RegisterScalableTarget", resource, member }) ||
    (isBound && wasSetByOthers(story, { operation: "PutScheduledAction", resource, member }))
  );
}

function changesOf(story: Story, was: ServiceState): Change[] {
  const { serviceArn: resource, serviceName: name } = was;
  const is = story.after.ecs.services.find(({ serviceArn }) => serviceArn === resource);
  const ofTarget = story.scenario.services.some((service) => service.name === name);
  const { ending, restored } = story.moments;
  const upgraded = ofTarget && (ending.kind === "succeeded" || restored.length > 0);
  const counted = ofTarget && story.scenario.counts[name] !== undefined;
  const others = countOfOthers(story, name);
  const deployed = ofTarget && isDeployedByOthers(story, name);
  const passing = [
    ...PASSING,
    ...(upgraded || deployed ? ["taskDefinition"] : []),
    ...(counted || (ofTarget && others !== undefined && is?.desiredCount === others) ? ["desiredCount"] : []),
  ];
  const lasting = (service: ServiceState | undefined) =>
    service &&
    Object.fromEntries(Object.entries(withDefaults(service)).filter(([member]) => !passing.includes(member)));
  const changes = differences(lasting(was), lasting(is)).map((change) => ({
    resource,
    name,
    what: change.path,
    ...change,
  }));
  return upgraded && is && !deployed ? [...changes, ...revisionChanges(story, was, is)] : changes;
}

/** UpdateService keeps what it is not given, so a breaker is put back by saying the defaults of what was never said: the same setting. */
function withDefaults(service: ServiceState): ServiceState {
  const configuration = service.deploymentConfiguration as { deploymentCircuitBreaker?: object } | undefined;
  if (!configuration?.deploymentCircuitBreaker) return service;
  const deploymentCircuitBreaker = { ...BREAKER_DEFAULTS, ...configuration.deploymentCircuitBreaker };
  return { ...service, deploymentConfiguration: { ...configuration, deploymentCircuitBreaker } };
}

const BREAKER_DEFAULTS = {
  resetOnHealthyTask: true,
  thresholdConfiguration: { type: "BOUNDED_PERCENT", value: 50 },
};

/** What somebody else started is theirs to end. */
function standaloneTasks({ before, after, scenario, containers }: Story): Change[] {
  const foreign = containers.filter((life) => life.foreign).map(({ taskArn }) => taskArn);
  const known = new Set([...foreign, ...before.ecs.tasks.map(({ taskArn }) => taskArn)]);
  return after.ecs.tasks
    .filter(
      (task) =>
        !known.has(task.taskArn) &&
        isRunning(task) &&
        !task.group.startsWith("service:") &&
        scenario.families.includes(familyOf(task.taskDefinitionArn)),
    )
    .map(({ taskArn, lastStatus }) => ({
      resource: taskArn,
      name: taskArn.split("/").at(-1)!,
      what: "status",
      before: undefined,
      after: lastStatus,
    }));
}

/** Differences between resources by name; one that is new or gone differs as a whole. */
export function compare<Resource>(
  before: Resource[],
  after: Resource[],
  nameOf: (resource: Resource) => string,
): Change[] {
  const names = [...new Set([...before, ...after].map(nameOf))];
  return names.flatMap((resource) => {
    const [was, is] = [before, after].map((list) => list.find((one) => nameOf(one) === resource));
    return differences(was, is).map(({ path, ...change }) => ({
      resource,
      name: resource.split("/").at(-1)!,
      what: path || "existence",
      ...change,
    }));
  });
}
