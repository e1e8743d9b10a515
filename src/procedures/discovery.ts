import type { TaskDefinition } from "@aws-sdk/client-ecs";
import type { ScalableTarget, ScheduledAction } from "../aws/auto-scaling.ts";
import { resourceId } from "../aws/auto-scaling.ts";
import type { Aws } from "../aws/aws.ts";
import { type EcsService, type EcsTask, isQuiet } from "../aws/ecs-shapes.ts";
import type { Listener, ListenerRule, LoadBalancer } from "../aws/load-balancer.ts";
import type { TargetGroup } from "../aws/target-groups.ts";
import type { Forecast } from "../operations/forecast.ts";
import type { OperationRequest } from "../operations/operation.ts";
import type { OperationState } from "../operations/state.ts";
import type { Target } from "../targets/schema.ts";
import { type Aim, aimOf } from "./aim.ts";
import { type Application, askApplication } from "./application.ts";
import { type DataDiscovery, discoverData } from "./data-discovery.ts";
import { type Compute, discoverCompute } from "./discover-compute.ts";
import { forecastOf } from "./forecast.ts";
import { type History, historyOf, lastSuccessOf } from "./history.ts";
import type { World } from "./operation-run.ts";
import { from, type Read, read } from "./read.ts";
import { findSharedGroups, type SharedGroup } from "./shared-groups.ts";
import { findWriters, type WritersFound } from "./writers/find-writers.ts";

export type { Read } from "./read.ts";

/** The containers of one service: what its task definition says, and which of its tasks run. */
export type ServiceShape = {
  service: string;
  family: string;
  networkMode: string;
  containers: { name: string; image: string }[];
  definition: TaskDefinition;
  tasks: EcsTask[];
  strangers: EcsTask[];
};

type Parts = Compute & DataDiscovery & Aim;

/** Everything the checks, the plan and the run know about a target before it is touched. Read only. */
export type Discovery = Parts & {
  clusterName: string;
  services: Read<EcsService[]>;
  shapes: Read<ServiceShape[]>;
  targetGroups: Read<TargetGroup[]>;
  /** Who else is behind these groups; groups that are the target's alone are not listed. */
  sharedGroups: Read<SharedGroup[]>;
  loadBalancers: Read<LoadBalancer[]>;
  /** Each listener of these load balancers, with its rules in the order they are evaluated. */
  listeners: Read<(Listener & { rules: ListenerRule[] })[]>;
  /** How many rules each load balancer may have. */
  maximumRules: Read<number>;
  /** How long past operations of the target took. */
  history: Read<History>;
  /** The last operation of the target that succeeded here, where that matters. */
  lastSuccess: Read<OperationState | undefined>;
  scalableTargets: Read<ScalableTarget[]>;
  scheduledActions: Read<ScheduledAction[]>;
  writers: WritersFound;
  forecast: Forecast;
  application: Application;
};

export async function discover({
  target,
  request,
  ...world
}: Pick<World, "aws" | "http" | "resolveName" | "store" | "clock"> & {
  target: Target;
  request: OperationRequest;
}): Promise<Discovery> {
  const { aws, store, clock } = world;
  const clusterName = target.cluster.split("/").at(-1)!;
  const names = target.services.map(({ name }) => name);

  // Nothing waits for what it need not know: a plan must answer within the 30 s of API Gateway, of a target of any size.
  const readingServices = read(() => aws.ecs.services(target.cluster, names));
  const readingAllServices = read(() => aws.ecs.allServices(target.cluster));
  // It is awaited after others: where those throw first nobody hears that it throws too, which would end the process.
  readingAllServices.catch(() => {});
  const readingShapes = readingServices.then((services) =>
    from(services, (found) => Promise.all(found.map((service) => shapeOf(aws, target, service)))),
  );
  const [services, shapes, wayIn, data, history, lastSuccess, scalableTargets, aim] = await Promise.all([
    readingServices,
    readingShapes,
    readingServices.then((services) => readWayIn(aws, services)),
    discoverData({ aws, target, readingShapes, readingAllServices }),
    read(() => historyOf(store, target, request)),
    readLastSuccess(store, target.name, request),
    read(() => aws.autoScaling.scalableTargets(names.map((name) => resourceId(clusterName, name)))),
    aimOf({ aws, store, target, request, readingShapes }),
  ]);
  const [sharedGroups, compute, application, writers, scheduledActions] = await Promise.all([
    whoElse(aws, target.cluster, { services, shapes, targetGroups: wayIn.targetGroups, all: await readingAllServices }),
    discoverCompute({ aws, target }, { services, shapes }),
    askApplication(world, { target, discovery: { services, ...wayIn } }),
    findWriters({
      aws,
      target,
      image: aim.image,
      shapes,
      databaseAddresses: data.databaseAddresses,
      nowMs: clock.now(),
    }),
    from(scalableTargets, (found) => aws.autoScaling.scheduledActions(found.map((each) => each.resourceId))),
  ]);
  const found = {
    ...compute,
    clusterName,
    services,
    shapes,
    ...wayIn,
    sharedGroups,
    history,
    lastSuccess,
    ...data,
    scalableTargets,
    scheduledActions,
    writers,
    ...aim,
    // What runs says best which version it is; a tag is what it was called.
    expectedVersion:
      request.procedure === "maintenance" ? (versionNow(application) ?? aim.expectedVersion) : aim.expectedVersion,
    application,
  };
  return { ...found, forecast: forecastOf({ target, request, discovery: found, now: clock.now() }) };
}

/** It is looked for in the whole past, so only where it says whether there may be an operation at all. */
const readLastSuccess = (store: World["store"], target: string, { procedure }: OperationRequest) =>
  procedure === "first-start" || procedure === "rollback"
    ? read(() => lastSuccessOf(store, target))
    : ({ ok: true, value: undefined } as const);

async function whoElse(
  aws: Aws,
  cluster: string,
  {
    services,
    shapes,
    targetGroups,
    all,
  }: Pick<Discovery, "services" | "shapes" | "targetGroups"> & { all: Read<EcsService[]> },
): Promise<Read<SharedGroup[]>> {
  if (!services.ok) return services;
  if (!shapes.ok) return shapes;
  if (!all.ok) return all;
  return from(targetGroups, (groups) =>
    findSharedGroups(aws, { cluster, all: all.value, services: services.value, shapes: shapes.value, groups }),
  );
}

/** How the public gets in. */
async function readWayIn(
  aws: Aws,
  services: Read<EcsService[]>,
): Promise<Pick<Discovery, "targetGroups" | "loadBalancers" | "listeners" | "maximumRules">> {
  const targetGroups = await from(services, (found) =>
    aws.loadBalancers.targetGroups([
      ...new Set(found.flatMap(({ loadBalancers }) => loadBalancers.map(({ targetGroupArn }) => targetGroupArn))),
    ]),
  );
  const loadBalancers = await from(targetGroups, (groups) =>
    aws.loadBalancers.loadBalancers([...new Set(groups.flatMap(({ loadBalancerArns }) => loadBalancerArns))]),
  );
  const [listeners, maximumRules] = await Promise.all([
    from(loadBalancers, async (balancers) => {
      const found = (await Promise.all(balancers.map(({ arn }) => aws.loadBalancers.listeners(arn)))).flat();
      return Promise.all(
        found.map(async (listener) => ({ ...listener, rules: inOrder(await aws.loadBalancers.rules(listener.arn)) })),
      );
    }),
    from(loadBalancers, () => aws.loadBalancers.maximumRules()),
  ]);
  return { targetGroups, loadBalancers, listeners, maximumRules };
}

const versionNow = ({ version }: Application): string | undefined => (version.ok ? version.value : undefined);

async function shapeOf(aws: Aws, target: Target, service: EcsService): Promise<ServiceShape> {
  const { definition } = await aws.ecs.taskDefinition(service.taskDefinitionArn);
  const family = definition.family!;
  const ours = new Set(target.services.map(({ name }) => `service:${name}`));
  const [ofService, ofFamily] = await Promise.all([
    aws.ecs.tasksOfService(target.cluster, service.name),
    aws.ecs.tasksOfFamily(target.cluster, family),
  ]);
  // Mostly the same ones, so described together.
  const tasks = await aws.ecs.tasks(target.cluster, [...new Set([...ofService, ...ofFamily])]);
  return {
    service: service.name,
    family,
    networkMode: definition.networkMode ?? "bridge",
    definition,
    containers: (definition.containerDefinitions ?? []).map(({ name, image }) => ({
      name: name ?? "",
      image: image ?? "",
    })),
    tasks: tasks.filter((task) => !isQuiet(task) && ofService.includes(task.arn)),
    strangers: tasks.filter((task) => !isQuiet(task) && ofFamily.includes(task.arn) && !ours.has(task.group)),
  };
}

/** As a load balancer evaluates them. */
export const inOrder = (rules: ListenerRule[]) =>
  rules.toSorted((a, b) => (a.priority ?? Number.POSITIVE_INFINITY) - (b.priority ?? Number.POSITIVE_INFINITY));
