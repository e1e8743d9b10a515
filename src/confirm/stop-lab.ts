import type { EcsTask } from "../aws/ecs-shapes.ts";
import { isQuiet } from "../aws/ecs-shapes.ts";
import { type Lab, lookUntil } from "./measurement.ts";

const LOOK_MS = 1_000;
const STOP_LIMIT_MS = 15 * 60_000;

/** A service with nodes behind a load balancer, one of which may be stopped. */
export type StopLab = { service: string; groupArn: string; count: number };

/** How a task ended: when it was first seen in each status, in milliseconds since a moment. */
export type Ending = {
  task: string;
  seen: Record<string, number>;
  /** When `executionStoppedAt` was first seen, and in which status. */
  executionStopped?: { ms: number; status: string };
  /** When its containers could not run any more, and when ECS said STOPPED. */
  quietMs?: number;
  stoppedMs?: number;
};

/** As the services are now. Undefined where none has a node behind a load balancer. */
export async function stopLab({ aws, target }: Lab): Promise<StopLab | undefined> {
  const services = await aws.ecs.services(
    target.cluster,
    target.services.map(({ name }) => name),
  );
  const found = services.find(
    ({ loadBalancers, desiredCount, runningCount }) => loadBalancers.length > 0 && desiredCount > 0 && runningCount > 0,
  );
  const groupArn = found?.loadBalancers[0]?.targetGroupArn;
  return found && groupArn ? { service: found.name, groupArn, count: found.desiredCount } : undefined;
}

/** The group's deregistration delay, for the time of a measurement. */
export async function delayOf(lab: Lab, { groupArn }: StopLab, seconds: number): Promise<void> {
  const [group] = await lab.aws.loadBalancers.targetGroups([groupArn]);
  const before = group?.deregistrationDelaySeconds ?? 300;
  await lab.make({ kind: "deregistration-delay", targetGroupArn: groupArn, seconds: before }, () =>
    lab.aws.loadBalancers.setDeregistrationDelay(groupArn, seconds),
  );
}

/** A task that ECS chose to stop, and when it was told to, in milliseconds since the epoch. */
export type Stopped = { task: string; since: number };

/** One node fewer. Undefined where no task was told to stop in time. */
export async function scaleInByOne(lab: Lab, { service, count }: StopLab): Promise<Stopped | undefined> {
  const { cluster } = lab.target;
  const before = await lab.aws.ecs.tasksOfService(cluster, service);
  const running = (await lab.aws.ecs.tasks(cluster, before)).filter(({ desiredStatus }) => desiredStatus === "RUNNING");
  await lab.make({ kind: "desired-count", cluster, service, count }, () =>
    lab.aws.ecs.updateService({ cluster, service, desiredCount: count - 1 }),
  );
  const since = lab.clock.now();
  const task = await lookUntil(lab, { everyMs: LOOK_MS, withinMs: 120_000 }, async () => {
    const now = await lab.aws.ecs.tasks(
      cluster,
      running.map(({ arn }) => arn),
    );
    return now.find(({ desiredStatus }) => desiredStatus === "STOPPED")?.arn;
  });
  return task === undefined ? undefined : { task, since };
}

/** Looks at a task until it has stopped. `each` is told of every look: it may act once something is so. */
export async function untilStopped(
  lab: Lab,
  {
    task,
    since,
    everyMs = LOOK_MS,
    each = async () => {},
  }: { task: string; since: number; everyMs?: number; each?: (task: EcsTask) => Promise<void> },
): Promise<Ending> {
  const ending: Ending = { task, seen: {} };
  await lookUntil(lab, { everyMs, withinMs: STOP_LIMIT_MS }, async () => {
    const [now] = await lab.aws.ecs.tasks(lab.target.cluster, [task]);
    const ms = lab.clock.now() - since;
    if (!now) return true;
    ending.seen[now.lastStatus] ??= ms;
    if (now.executionStoppedAt) ending.executionStopped ??= { ms, status: now.lastStatus };
    if (isQuiet(now)) ending.quietMs ??= ms;
    if (now.lastStatus === "STOPPED") {
      ending.stoppedMs = ms;
      return true;
    }
    await each(now);
    return undefined;
  });
  return ending;
}

/** When its containers were told to end: it left DEACTIVATING then. */
export const signalledMs = ({ seen }: Ending): number | undefined => {
  const after = ["STOPPING", "DEPROVISIONING", "STOPPED"].flatMap((status) => seen[status] ?? []);
  return after.length ? Math.min(...after) : undefined;
};

/** Every node runs that is wanted, and the load balancer finds each healthy or is not asked. */
export const settled = (lab: Lab): Promise<true | undefined> =>
  lookUntil(lab, { everyMs: 2_000, withinMs: STOP_LIMIT_MS }, async () => {
    const names = lab.target.services.map(({ name }) => name);
    const services = await lab.aws.ecs.services(lab.target.cluster, names);
    const complete = services.every(
      ({ desiredCount, runningCount, pendingCount }) => runningCount === desiredCount && pendingCount === 0,
    );
    if (!complete) return undefined;
    const groups = [
      ...new Set(services.flatMap(({ loadBalancers }) => loadBalancers.map((each) => each.targetGroupArn))),
    ];
    const health = (await Promise.all(groups.map((arn) => lab.aws.loadBalancers.targetHealth(arn)))).flat();
    return health.every(({ state }) => state === "healthy" || state === "unused") ? true : undefined;
  });
