import type { EcsService, EcsTask } from "../aws/ecs-shapes.ts";
import type { PhaseRun } from "./operation-run.ts";

/** Where a load balancer reaches a task: at an address of its own, or at its instance and the port there. */
export type TaskTarget = { targetGroupArn: string; id: string; port: number };

/** EC2's ids by the ARN of the container instance. */
export type InstanceIds = ReadonlyMap<string, string>;

/** Of the instances that these tasks run on without an address of their own. */
export async function instanceIds(op: Pick<PhaseRun, "aws">, cluster: string, tasks: EcsTask[]): Promise<InstanceIds> {
  const arns = tasks.flatMap(({ address, containerInstanceArn = [] }) =>
    address === undefined ? containerInstanceArn : [],
  );
  const instances = await op.aws.ecs.instances(cluster, [...new Set(arns)]);
  return new Map(instances.map(({ arn, ec2InstanceId }) => [arn, ec2InstanceId]));
}

/**
 * The task in each of its service's target groups; undefined as long as ECS does not say where it is. In the host's own network a container's
 * port is the host's, whether or not ECS lists it among the bindings.
 */
export function targetsOf(
  task: EcsTask,
  { loadBalancers, networkMode }: Pick<EcsService, "loadBalancers"> & { networkMode: string },
  ids: InstanceIds,
): TaskTarget[] | undefined {
  const targets = loadBalancers.map(({ targetGroupArn, containerName, containerPort }) => {
    if (task.address !== undefined) return { targetGroupArn, id: task.address, port: containerPort };
    const container = task.containers.find(({ name }) => name === containerName);
    const bound = container?.bindings.find((binding) => binding.containerPort === containerPort)?.hostPort;
    const port = bound ?? (networkMode === "host" ? containerPort : undefined);
    const id = ids.get(task.containerInstanceArn ?? "");
    return id !== undefined && port !== undefined ? { targetGroupArn, id, port } : undefined;
  });
  return targets.every((target) => target !== undefined) ? targets : undefined;
}
