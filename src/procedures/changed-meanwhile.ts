import { OperationError } from "../operations/operation-error.ts";
import type { Before } from "./before.ts";
import { inOrder } from "./discovery.ts";
import type { PhaseRun } from "./operation-run.ts";
import { shortName } from "./planned.ts";

/**
 * Throws where somebody changed what the window is planned on since preflight looked: a snapshot or a decision before the window can
 * take hours. Counts are not compared, for scaling may change them until it is suspended.
 */
export async function refuseWhenChanged(op: PhaseRun, before: Before): Promise<void> {
  const changes = [...(await changedServices(op, before)), ...(await changedListeners(op, before))];
  if (changes.length === 0) return;
  throw new OperationError(`expected the target as preflight found it, found changes since: ${changes.join("; ")}`, {
    code: "changed-meanwhile",
    hint: "Start a new operation: it begins with what is there now",
  });
}

export async function changedServices(op: PhaseRun, before: Before): Promise<string[]> {
  const names = before.services.map(({ name }) => name);
  const services = await op.aws.ecs.services(before.cluster, names);
  return before.services.flatMap(({ name, taskDefinitionArn }) => {
    const now = services.find((service) => service.name === name);
    if (!now) return [`${name} is gone`];
    if (now.taskDefinitionArn !== taskDefinitionArn)
      return [`${name} runs ${shortName(now.taskDefinitionArn)}, not ${shortName(taskDefinitionArn)}`];
    return now.deployments.length === 1 ? [] : [`${name} is being deployed`];
  });
}

async function changedListeners(op: PhaseRun, before: Before): Promise<string[]> {
  const changed = before.listeners.map(async ({ arn, rules, protocol, port }) => {
    const now = inOrder(await op.aws.loadBalancers.rules(arn));
    return JSON.stringify(now) === JSON.stringify(rules) ? [] : [`the rules of the listener ${protocol} ${port}`];
  });
  return (await Promise.all(changed)).flat();
}
