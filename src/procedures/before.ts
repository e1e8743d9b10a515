import type { ScalableTarget, ScheduledAction } from "../aws/auto-scaling.ts";
import { type EcsService, isEnding } from "../aws/ecs-shapes.ts";
import type { LoadBalancer } from "../aws/load-balancer.ts";
import { type ContainerLog, logsOf } from "../aws/logs.ts";
import type { TargetGroup } from "../aws/target-groups.ts";
import { discardsFrom } from "../operations/discards-from.ts";
import type { Forecast } from "../operations/forecast.ts";
import type { Node } from "../operations/operation.ts";
import { OperationError } from "../operations/operation-error.ts";
import type { Target } from "../targets/schema.ts";
import type { Earlier } from "./aim.ts";
import type { DatabaseBefore } from "./database.ts";
import type { Discovery, Read } from "./discovery.ts";
import { type Door, doorsTo, type ListenerRules } from "./doors.ts";
import { hasFixedHostPorts, hostPortOf } from "./host-ports.ts";
import { type Front, frontOf } from "./in-front.ts";
import { type LeaderCapacity, leaderCapacity } from "./leader-capacity.ts";
import type { Reachability } from "./reachability.ts";
import { hasHealthCheck, type Readiness } from "./readiness.ts";
import { frontDoors, leaderDoors, siteOf } from "./site.ts";
import { type OtherWriters, otherWritersOf } from "./writers/other-writers.ts";

/** How the target was before it was touched: what the run works from, and what putting back goes back to. */
export type Before = {
  cluster: string;
  clusterName: string;
  /** In the order of the configuration: the first is the leader's. */
  services: ServiceBefore[];
  targetGroups: TargetGroup[];
  /** Not the target's alone: what others have there keeps its settings. */
  sharedGroupArns: string[];
  loadBalancers: LoadBalancer[];
  listeners: ListenerRules[];
  /** Every way in. */
  doors: Door[];
  /** Where users come in, and where the probes reach the leader past the page. */
  frontDoors: Door[];
  leaderDoors: Door[];
  /** Undefined where the target has none. */
  database?: DatabaseBefore;
  scalableTargets: ScalableTarget[];
  leaderCapacity: LeaderCapacity;
  scheduledActions: ScheduledAction[];
  otherWriters: OtherWriters;
  nodes: Node[];
  /** Nodes that were told to stop before anybody asked for this operation, and had not ended. */
  endingTaskArns?: string[];
  /** That the nodes are to run. */
  image: string;
  /** Of the image that the nodes are to run, and of single services that run another. */
  imageDigest: string;
  digests?: Record<string, string>;
  expectedVersion?: string;
  /** That the application reported while the site was open. */
  versionBefore?: string;
  /** Of a rollback: what was before the operation that is taken back. */
  earlier?: EarlierBefore;
  /** Which data this is: as found (undefined), or restored for the second, the third time. At most one leader is started on each. */
  generation?: number;
  forecast: Forecast;
  /** What the application listed while the site was open; undefined where it could not be asked. */
  inventory?: string[];
  /** What users reach the load balancer through, where it showed the application. */
  front?: Front;
};
export type EarlierBefore = Pick<Before, "image" | "imageDigest" | "digests" | "expectedVersion" | "inventory"> & {
  operation: string;
  snapshot: string;
  /** By service. */
  revisions: Record<string, string>;
  /** Since when visitors have written what only the present data holds. */
  discardsFrom?: string;
};
export type ServiceBefore = Omit<EcsService, "events" | "deployments" | "loadBalancers"> & {
  /** `hostPort` is where a load balancer reaches a node; undefined where each node gets a port of its own. */
  loadBalancers: (EcsService["loadBalancers"][number] & { hostPort?: number })[];
  family: string;
  container: string;
  /** By container, where its lines are found in CloudWatch Logs; none where it writes elsewhere. */
  logs: Record<string, ContainerLog>;
  readiness: Readiness;
  networkMode: string;
  /** No two nodes can share an instance, the leader and a follower neither. */
  fixedHostPorts: boolean;
  taskArns: string[];
};

/** None before a first start. */
export const hadNodes = ({ services }: Before): boolean => services.some(({ desiredCount }) => desiredCount > 0);

/** What the nodes of a service are to run. */
export const digestOf = ({ imageDigest, digests }: Before, service: string): string =>
  digests?.[service] ?? imageDigest;

/** What the nodes of each service run, where that is known. */
export const digestsThatRan = ({ nodes }: Pick<Before, "nodes">): Record<string, string> =>
  Object.fromEntries(
    nodes.toReversed().flatMap(({ service, imageDigest }) => (imageDigest ? [[service, imageDigest]] : [])),
  );

/** Of a discovery that passed every check; anything unread is a fault of the checks. */
export function beforeOf(discovery: Discovery, target: Target, reachability: Reachability): Before {
  const services = mustRead(discovery.services);
  const shapes = mustRead(discovery.shapes);
  const targetGroups = mustRead(discovery.targetGroups);
  const listeners = mustRead(discovery.listeners);
  const site = mustRead(siteOf(target, discovery));
  const database = mustRead(discovery.database);
  return {
    cluster: target.cluster,
    clusterName: discovery.clusterName,
    services: target.services.map(({ name, container, ready }) => {
      const { events: _events, deployments: _deployments, ...service } = services.find((each) => each.name === name)!;
      const shape = shapes.find((each) => each.service === name)!;
      const logs = logsOf(shape.definition);
      return {
        ...service,
        loadBalancers: service.loadBalancers.map((each) => ({ ...each, hostPort: hostPortOf(shape.definition, each) })),
        family: shape.family,
        container,
        logs,
        readiness: {
          healthCheck: hasHealthCheck(shape.definition),
          ...(ready && logs[container] && { line: { pattern: ready.log, log: logs[container] } }),
        },
        networkMode: shape.networkMode,
        fixedHostPorts: hasFixedHostPorts(shape.definition),
        taskArns: shape.tasks.map(({ arn }) => arn),
      };
    }),
    targetGroups,
    sharedGroupArns: mustRead(discovery.sharedGroups).map(({ arn }) => arn),
    loadBalancers: mustRead(discovery.loadBalancers),
    listeners,
    doors: doorsTo(
      listeners,
      targetGroups.map(({ arn }) => arn),
    ),
    frontDoors: frontDoors(site),
    leaderDoors: leaderDoors(site),
    database: database && { ...database, proxies: mustRead(discovery.proxies) },
    scalableTargets: mustRead(discovery.scalableTargets),
    leaderCapacity: leaderCapacity(
      services.find(({ name }) => name === target.services[0]!.name)!,
      mustRead(discovery.capacity),
    ),
    scheduledActions: mustRead(discovery.scheduledActions),
    otherWriters: otherWritersOf(discovery.writers, target, shapes),
    nodes: shapes.flatMap((shape) => {
      const container = target.services.find(({ name }) => name === shape.service)?.container;
      return shape.tasks.map((task) => {
        const running = task.containers.find(({ name }) => name === container);
        return {
          taskArn: task.arn,
          service: shape.service,
          image: running?.image ?? "",
          imageDigest: running?.imageDigest,
          status: task.lastStatus,
        };
      });
    }),
    endingTaskArns: shapes.flatMap(({ tasks }) => tasks.filter(isEnding).map(({ arn }) => arn)),
    image: mustRead(discovery.image),
    imageDigest: mustRead(discovery.imageDigest),
    expectedVersion: discovery.expectedVersion,
    earlier: earlierOf(mustRead(discovery.earlier)),
    versionBefore: discovery.application.version.ok ? discovery.application.version.value : undefined,
    forecast: discovery.forecast,
    inventory: discovery.application.inventory.ok ? discovery.application.inventory.value : undefined,
    front: reachability.ok ? frontOf(reachability.value.inFront) : undefined,
  };
}

function earlierOf(earlier: Earlier | undefined): EarlierBefore | undefined {
  if (!earlier) return undefined;
  const { before, operation, snapshot } = earlier;
  const { image, imageDigest, digests, expectedVersion, inventory } = asFound(before);
  return {
    operation: operation.id,
    snapshot,
    revisions: Object.fromEntries(before.services.map(({ name, taskDefinitionArn }) => [name, taskDefinitionArn])),
    discardsFrom: discardsFrom(operation),
    ...{ image, imageDigest, digests, expectedVersion, inventory },
  };
}

/** The target as an operation found it: what it ran is what it is to run again. */
export function asFound(before: Before): Before {
  const digests = digestsThatRan(before);
  const leader = before.services[0]!.name;
  return {
    ...before,
    digests,
    image: before.nodes.find(({ service }) => service === leader)?.image ?? before.image,
    imageDigest: digests[leader] ?? before.imageDigest,
    expectedVersion: before.versionBefore,
  };
}

function mustRead<Value>(read: Read<Value>): Value {
  if (read.ok) return read.value;
  throw new OperationError(`expected everything to be read before the run, found: ${read.error}`, { code: "not-read" });
}
