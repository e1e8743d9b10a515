import type { EcsService, EcsTask } from "../aws/ecs-shapes.ts";
import type { Look } from "../engine/workflow.ts";
import type { Node } from "../operations/operation.ts";
import { OperationError } from "../operations/operation-error.ts";
import type { Before, ServiceBefore } from "./before.ts";
import type { PhaseRun } from "./operation-run.ts";
import { shortName } from "./planned.ts";
import { readinessLook, waitsFor } from "./readiness.ts";
import { stoppedNodes } from "./stopped-nodes.ts";
import { instanceIds, targetsOf } from "./task-targets.ts";

/** What a service shall run. Stable is not success: the revision and the digest of every running task count. */
export type Wanted = { service: string; taskDefinitionArn: string; desiredCount: number; imageDigest?: string };

/**
 * Looks whether every service runs all its nodes on the wanted revision, ready and healthy in every target group. Made once for each wait,
 * whose memory it keeps.
 */
export function servingLook(op: PhaseRun, before: Before, wanted: Wanted[]): () => Promise<Look<Node[]>> {
  const notReady = readinessLook(op);
  const tellStopped = stoppedNodes(op);

  /** Why a task is no serving node of the service; undefined where it is one. */
  async function wrongWith(task: EcsTask, service: ServiceBefore, { wanted, health, ids }: Expected) {
    if (task.desiredStatus !== "RUNNING") return "is being stopped";
    if (task.lastStatus !== "RUNNING") return task.lastStatus;
    if (task.taskDefinitionArn !== wanted.taskDefinitionArn) return `runs ${shortName(task.taskDefinitionArn)}`;
    const digest = task.containers.find(({ name }) => name === service.container)?.imageDigest;
    if (wanted.imageDigest !== undefined && digest !== wanted.imageDigest) return `runs ${digest ?? "no known digest"}`;
    const missing = await notReady(task, service);
    if (missing) return missing;
    const targets = targetsOf(task, service, ids);
    const inService = targets?.every(({ targetGroupArn, id, port }) => health.has(`${targetGroupArn} ${id}:${port}`));
    return inService ? undefined : "not healthy in its target groups yet";
  }

  return async () => {
    const services = await op.aws.ecs.services(
      before.cluster,
      wanted.map(({ service }) => service),
    );
    const health = await healthyTargets(op, before);
    const nodes: Node[] = [];
    const missing: { summary: string; seen: string }[] = [];
    for (const each of wanted) {
      const service = before.services.find(({ name }) => name === each.service)!;
      const arns = await op.aws.ecs.tasksOfService(before.cluster, each.service);
      const tasks = await op.aws.ecs.tasks(before.cluster, arns);
      const ours = tasks.filter(({ arn }) => !service.taskArns.includes(arn));
      await tellStopped(service, ours);
      throwIfFailed(services.find(({ name }) => name === each.service));
      const ids = await instanceIds(op, before.cluster, tasks);
      const judged = await Promise.all(
        tasks.map(async (task) => ({ task, wrong: await wrongWith(task, service, { wanted: each, health, ids }) })),
      );
      const serving = judged.filter(({ wrong }) => wrong === undefined);
      nodes.push(...serving.map(({ task }) => nodeOf(task, service)));
      if (serving.length === each.desiredCount) continue;
      const how = waitsFor(service);
      const summary = `${each.service}: ${serving.length} of ${each.desiredCount} nodes of ${shortName(each.taskDefinitionArn)} serve${how ? `; ${how}` : ""}`;
      const others = judged
        .filter(({ task, wrong }) => wrong !== undefined && task.desiredStatus === "RUNNING")
        .map(({ task, wrong }) => `${shortName(task.arn).slice(0, 8)} ${wrong}`);
      missing.push({ summary, seen: others.length ? `${summary} (${others.join(", ")})` : summary });
    }
    if (missing.length === 0) return { done: true, result: nodes };
    for (const { summary } of missing) await op.say(summary);
    return { done: false, seen: missing.map(({ seen }) => seen).join("; ") };
  };
}

type Expected = { wanted: Wanted; health: Set<string>; ids: Awaited<ReturnType<typeof instanceIds>> };

function throwIfFailed(service: EcsService | undefined): void {
  const primary = service?.deployments.find(({ status }) => status === "PRIMARY");
  if (primary?.rolloutState !== "FAILED") return;
  throw new OperationError(
    `the deployment of ${service!.name} failed: ${primary.rolloutStateReason ?? "no reason given"}`,
    { code: "deployment-failed", details: { service: service!.name } },
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
