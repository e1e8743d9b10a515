import type { Look } from "../engine/workflow.ts";
import type { Node } from "../operations/operation.ts";
import { OperationError } from "../operations/operation-error.ts";
import type { Before } from "./before.ts";
import type { PhaseRun } from "./operation-run.ts";
import { shortName } from "./planned.ts";
import { instanceIds, targetsOf } from "./task-targets.ts";

/** What a service shall run. Stable is not success: the revision and the digest of every running task count. */
export type Wanted = { service: string; taskDefinitionArn: string; desiredCount: number; imageDigest?: string };

/** Whether every service runs all its nodes on the wanted revision, healthy in every target group. */
export async function lookForServing(op: PhaseRun, before: Before, wanted: Wanted[]): Promise<Look<Node[]>> {
  const services = await op.aws.ecs.services(
    before.cluster,
    wanted.map(({ service }) => service),
  );
  const health = await healthyTargets(op, before);
  const nodes: Node[] = [];
  const seen: string[] = [];
  for (const { service, taskDefinitionArn, desiredCount, imageDigest } of wanted) {
    const found = before.services.find(({ name }) => name === service)!;
    const { container } = found;
    const primary = services
      .find(({ name }) => name === service)
      ?.deployments.find(({ status }) => status === "PRIMARY");
    if (primary?.rolloutState === "FAILED") {
      throw new OperationError(
        `the deployment of ${service} failed: ${primary.rolloutStateReason ?? "no reason given"}`,
        { code: "deployment-failed", details: { service } },
      );
    }
    const tasks = await op.aws.ecs.tasks(before.cluster, await op.aws.ecs.tasksOfService(before.cluster, service));
    const ids = await instanceIds(op, before.cluster, tasks);
    const serving = tasks.filter((task) => {
      const running = task.containers.find(({ name }) => name === container);
      const targets = targetsOf(task, found, ids);
      const inService = targets?.every(({ targetGroupArn, id, port }) => health.has(`${targetGroupArn} ${id}:${port}`));
      const digestFits = imageDigest === undefined || running?.imageDigest === imageDigest;
      return (
        task.desiredStatus === "RUNNING" &&
        task.lastStatus === "RUNNING" &&
        task.taskDefinitionArn === taskDefinitionArn &&
        task.healthStatus !== "UNHEALTHY" &&
        inService &&
        digestFits
      );
    });
    nodes.push(
      ...serving.map((task) => {
        const running = task.containers.find(({ name }) => name === container);
        return {
          taskArn: task.arn,
          service,
          image: running?.image ?? "",
          imageDigest: running?.imageDigest,
          status: task.lastStatus,
        };
      }),
    );
    if (serving.length !== desiredCount)
      seen.push(`${service}: ${serving.length} of ${desiredCount} nodes of ${shortName(taskDefinitionArn)} serve`);
  }
  if (seen.length === 0) return { done: true, result: nodes };
  for (const message of seen) await op.say(message);
  return { done: false, seen: seen.join("; ") };
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
