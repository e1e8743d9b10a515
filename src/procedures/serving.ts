import type { EcsService, EcsTask } from "../aws/ecs-shapes.ts";
import type { Look } from "../engine/workflow.ts";
import type { Node } from "../operations/operation.ts";
import { OperationError } from "../operations/operation-error.ts";
import { atMostEvery } from "./at-most-every.ts";
import type { Before, ServiceBefore } from "./before.ts";
import type { PhaseRun } from "./operation-run.ts";
import { shortName } from "./planned.ts";
import { readinessLook, waitsFor } from "./readiness.ts";
import { failedDeployment } from "./scale-service.ts";
import { stoppedNodes } from "./stopped-nodes.ts";
import { instanceIds, targetsOf } from "./task-targets.ts";

/** What a service shall run. Stable is not success: the revision and the digest of every running task count. */
export type Wanted = {
  service: string;
  taskDefinitionArn: string;
  desiredCount: number;
  imageDigest?: string;
  /** So many of them are enough for now; all where nothing is said. */
  enough?: number;
  /** A node that another one takes the place of: it is none of those that are to serve. */
  replaced?: string;
  /** A deployment that was given up and has a successor, of which ECS may say nothing yet. */
  gaveUp?: string;
};

/** What says why a wait fails, or lists what may have come besides: not what is waited for. */
const ASIDE_EVERY_MS = 5_000;

/** What ECS says of the services, for one wait. */
export const servicesLook = (op: PhaseRun, { cluster, services }: Before): (() => Promise<EcsService[]>) =>
  atMostEvery(op.clock, ASIDE_EVERY_MS, () =>
    op.aws.ecs.services(
      cluster,
      services.map(({ name }) => name),
    ),
  );

/**
 * Looks whether every service runs all its nodes on the wanted revision, ready and healthy in every target group. Made once for each wait,
 * whose memory it keeps.
 */
export function servingLook(
  op: PhaseRun,
  before: Before,
  wanted: Wanted[],
  services = servicesLook(op, before),
): () => Promise<Look<Node[]>> {
  const tasksNow = tasksLook(op, before, wanted);
  let health = { at: Number.NEGATIVE_INFINITY, targets: new Set<string>() };
  const notReady = readinessLook(op);
  const tellStopped = stoppedNodes(op);

  /** Why a task is no node of the service that could serve; undefined where it is one. */
  async function wrongWith(task: EcsTask, service: ServiceBefore, wanted: Wanted): Promise<string | undefined> {
    if (task.desiredStatus !== "RUNNING") return "is being stopped";
    if (task.lastStatus !== "RUNNING") return task.lastStatus;
    if (task.arn === wanted.replaced) return "is replaced";
    if (task.taskDefinitionArn !== wanted.taskDefinitionArn) return `runs ${shortName(task.taskDefinitionArn)}`;
    const digest = task.containers.find(({ name }) => name === service.container)?.imageDigest;
    if (wanted.imageDigest !== undefined && digest !== wanted.imageDigest) return `runs ${digest ?? "no known digest"}`;
    return notReady(task, service);
  }

  /** Asked at each look only where everything else is there: load balancers say little a second for a whole account. */
  async function healthNow(judged: Judged[]): Promise<Set<string>> {
    const couldServe = ({ tasks }: Judged) => tasks.filter(({ wrong }) => wrong === undefined).length;
    if (judged.every((each) => couldServe(each) === 0)) return health.targets;
    const complete = judged.every((each) => couldServe(each) >= (each.wanted.enough ?? each.wanted.desiredCount));
    if (complete || op.clock.now() - health.at >= ASIDE_EVERY_MS)
      health = { targets: await healthyTargets(op, before), at: op.clock.now() };
    return health.targets;
  }

  return async () => {
    const nodes: Node[] = [];
    const missing: { summary: string; seen: string }[] = [];
    const [found, state] = await Promise.all([tasksNow(), services()]);
    const judged = await Promise.all(
      wanted.map(async (each): Promise<Judged> => {
        const service = before.services.find(({ name }) => name === each.service)!;
        const tasks = found.get(each.service) ?? [];
        const judging = tasks.map(async (task) => ({ task, wrong: await wrongWith(task, service, each) }));
        return { wanted: each, service, tasks: await Promise.all(judging) };
      }),
    );
    const targets = await healthNow(judged);
    for (const { wanted: each, service, tasks } of judged) {
      const all = tasks.map(({ task }) => task);
      await tellStopped(
        service,
        all.filter(({ arn }) => !service.taskArns.includes(arn)),
      );
      throwIfFailed(
        state.find(({ name }) => name === each.service),
        each.gaveUp,
      );
      const ids = await instanceIds(op, before.cluster, all);
      const isHealthy = (task: EcsTask) =>
        targetsOf(task, service, ids)?.every(({ targetGroupArn, id, port }) =>
          targets.has(`${targetGroupArn} ${id}:${port}`),
        ) ?? false;
      const verdicts = tasks.map(({ task, wrong }) => ({
        task,
        wrong: wrong ?? (isHealthy(task) ? undefined : "not healthy in its target groups yet"),
      }));
      const serving = verdicts.filter(({ wrong }) => wrong === undefined);
      nodes.push(...serving.map(({ task }) => nodeOf(task, service)));
      const { desiredCount, enough = desiredCount } = each;
      if (serving.length === desiredCount || (enough < desiredCount && serving.length >= enough)) continue;
      const how = waitsFor(service);
      const summary = `${each.service}: ${serving.length} of ${each.desiredCount} nodes of ${shortName(each.taskDefinitionArn)} serve${how ? `; ${how}` : ""}`;
      const others = verdicts
        .filter(({ task, wrong }) => wrong !== undefined && task.desiredStatus === "RUNNING")
        .map(({ task, wrong }) => `${shortName(task.arn).slice(0, 8)} ${wrong}`);
      missing.push({ summary, seen: others.length ? `${summary} (${others.join(", ")})` : summary });
    }
    if (missing.length === 0) return { done: true, result: nodes };
    for (const { summary } of missing) await op.say(summary);
    return { done: false, seen: missing.map(({ seen }) => seen).join("; ") };
  };
}

type Judged = { wanted: Wanted; service: ServiceBefore; tasks: { task: EcsTask; wrong: string | undefined }[] };

/** The tasks of each service. Those that are known are described at each look in one call; more are listed as long as some are missing, and now and then. */
function tasksLook(op: PhaseRun, { cluster }: Before, wanted: Wanted[]): () => Promise<Map<string, EcsTask[]>> {
  const known = new Map(wanted.map(({ service }) => [service, new Set<string>()]));
  const live = new Map<string, number>();
  let listedAtMs = Number.NEGATIVE_INFINITY;
  return async () => {
    const listAll = op.clock.now() - listedAtMs >= ASIDE_EVERY_MS;
    await Promise.all(
      wanted.map(async ({ service, desiredCount }) => {
        if (!listAll && (live.get(service) ?? 0) >= desiredCount) return;
        const arns = listAll
          ? await op.aws.ecs.tasksOfService(cluster, service)
          : await op.aws.ecs.wantedTasks({ cluster, serviceName: service });
        for (const arn of arns) known.get(service)!.add(arn);
      }),
    );
    if (listAll) listedAtMs = op.clock.now();
    const described = await op.aws.ecs.tasks(cluster, [...new Set([...known.values()].flatMap((arns) => [...arns]))]);
    return new Map(
      wanted.map(({ service, taskDefinitionArn }) => {
        const tasks = described.filter(({ arn }) => known.get(service)!.has(arn));
        const ours = tasks.filter((task) => task.taskDefinitionArn === taskDefinitionArn);
        live.set(service, ours.filter(({ desiredStatus }) => desiredStatus === "RUNNING").length);
        return [service, tasks];
      }),
    );
  };
}

function throwIfFailed(service: EcsService | undefined, gaveUp: string | undefined): void {
  const failed = service && failedDeployment(service);
  if (!failed || failed.id === gaveUp) return;
  throw new OperationError(
    `the deployment of ${service.name} failed: ${failed.rolloutStateReason ?? "no reason given"}`,
    { code: "deployment-failed", details: { service: service.name } },
  );
}

function nodeOf(task: EcsTask, { name: service, container }: ServiceBefore): Node {
  const running = task.containers.find(({ name }) => name === container);
  return {
    taskArn: task.arn,
    service,
    image: running?.image ?? "",
    imageDigest: running?.imageDigest,
    status: task.lastStatus,
  };
}

async function healthyTargets(op: PhaseRun, before: Before): Promise<Set<string>> {
  const lists = await Promise.all(
    before.targetGroups.map(async ({ arn }) =>
      (await op.aws.loadBalancers.targetHealth(arn))
        .filter(({ state }) => state === "healthy")
        .map(({ id, port }) => `${arn} ${id}:${port}`),
    ),
  );
  return new Set(lists.flat());
}
