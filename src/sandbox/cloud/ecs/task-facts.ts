import type { SandboxFact } from "../event-log.ts";
import { healthOf, type Task, type TaskContainer } from "./task.ts";

export const taskFact = (task: Task): SandboxFact => ({
  kind: "task",
  taskArn: task.arn,
  group: task.group,
  taskDefinitionArn: task.definition.taskDefinitionArn,
  lastStatus: task.lastStatus,
  desiredStatus: task.desiredStatus,
  startedBy: task.startedBy,
  stopCode: task.stop?.code,
  stoppedReason: task.stop?.reason,
  healthStatus: healthOf(task),
});

type ContainerChange = Pick<
  Extract<SandboxFact, { kind: "container" }>,
  "change" | "environment" | "signal" | "exitCode"
>;

export const containerFact = (task: Task, container: TaskContainer, change: ContainerChange): SandboxFact => ({
  kind: "container",
  taskArn: task.arn,
  group: task.group,
  taskDefinitionArn: task.definition.taskDefinitionArn,
  container: container.definition.name,
  image: container.definition.image,
  imageDigest: container.image!.digest,
  address: task.address,
  ...(task.instance &&
    !task.networkInterface && {
      onInstance: { id: task.instance.ec2InstanceId, ports: container.bindings.map(({ hostPort }) => hostPort!) },
    }),
  ...change,
  ...(change.environment && { environment: { ...container.image!.program.environment, ...change.environment } }),
});
