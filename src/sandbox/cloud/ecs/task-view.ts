import type * as ecs from "@aws-sdk/client-ecs";
import type { EcsState } from "./state.ts";
import { healthOf, type Task, type TaskContainer } from "./task.ts";

/** A task as DescribeTasks, RunTask and StopTask show it. */
export function describeTask(state: EcsState, task: Task, { tags = false } = {}): ecs.Task {
  const { at, definition, networkInterface } = task;
  const seesExecutionStop = state.world.switches.executionStoppedAtVisible || task.lastStatus === "STOPPED";
  return {
    taskArn: task.arn,
    clusterArn: task.cluster.arn,
    taskDefinitionArn: definition.taskDefinitionArn,
    group: task.group,
    startedBy: task.startedBy,
    lastStatus: task.lastStatus,
    desiredStatus: task.desiredStatus,
    healthStatus: healthOf(task),
    connectivity: at.pullStarted && "CONNECTED",
    connectivityAt: at.pullStarted,
    createdAt: at.created,
    pullStartedAt: at.pullStarted,
    pullStoppedAt: at.pullStopped,
    startedAt: at.started,
    stoppingAt: at.stopping,
    executionStoppedAt: seesExecutionStop ? at.executionStopped : undefined,
    stoppedAt: at.stopped,
    stopCode: task.stop?.code,
    stoppedReason: task.stop?.reason,
    launchType: task.launchType,
    capacityProviderName: task.capacityProviderName,
    platformVersion: task.platformVersion,
    platformFamily: task.platformVersion && "Linux",
    containerInstanceArn: task.instance?.arn,
    availabilityZone: task.availabilityZone,
    cpu: task.overrides.cpu ?? definition.cpu,
    memory: task.overrides.memory ?? definition.memory,
    ephemeralStorage: task.launchType === "FARGATE" ? { sizeInGiB: 20 } : undefined,
    enableExecuteCommand: task.enableExecuteCommand,
    overrides: task.overrides,
    attachments: networkInterface ? [describeAttachment(task, networkInterface)] : [],
    attributes: [{ name: "ecs.cpu-architecture", value: "x86_64" }],
    containers: task.containers.map((container) => describeContainer(task, container)),
    inferenceAccelerators: [],
    tags: tags ? (state.tags.get(task.arn) ?? []) : [],
    version: task.version,
  };
}

const describeAttachment = (
  task: Task,
  { attachmentId, id, subnet }: NonNullable<Task["networkInterface"]>,
): ecs.Attachment => ({
  id: attachmentId,
  type: "ElasticNetworkInterface",
  status: attachmentStatus(task),
  details: [
    { name: "subnetId", value: subnet },
    ...(isProvisioned(task)
      ? [
          { name: "networkInterfaceId", value: id },
          { name: "privateIPv4Address", value: task.address },
        ]
      : []),
  ],
});

const describeContainer = (task: Task, container: TaskContainer): ecs.Container => ({
  containerArn: container.arn,
  taskArn: task.arn,
  name: container.definition.name,
  image: container.definition.image,
  imageDigest: container.image?.digest,
  runtimeId: container.runtimeId,
  lastStatus: container.lastStatus,
  exitCode: container.exitCode,
  reason: container.reason,
  healthStatus: container.health,
  cpu: String(container.definition.cpu ?? 0),
  memory: container.definition.memory?.toString(),
  networkBindings: container.lastStatus === "PENDING" ? [] : container.bindings,
  networkInterfaces:
    task.networkInterface && isProvisioned(task)
      ? [{ attachmentId: task.networkInterface.attachmentId, privateIpv4Address: task.address }]
      : [],
});

/** The network interface and its address exist once PROVISIONING is over. */
const isProvisioned = ({ at }: Task): boolean => at.pullStarted !== undefined;

function attachmentStatus({ lastStatus }: Task): string {
  if (lastStatus === "PROVISIONING") return "PRECREATED";
  return lastStatus === "STOPPED" ? "DELETED" : "ATTACHED";
}
