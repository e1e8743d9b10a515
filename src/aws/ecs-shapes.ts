import type {
  AwsVpcConfiguration,
  CapacityProviderStrategyItem,
  PlacementConstraint,
  PlacementStrategy,
  Service,
  Task,
} from "@aws-sdk/client-ecs";
import type { ServiceSettings } from "../operations/journal.ts";
import { said } from "./said.ts";

/** A service as far as the runbook reads it. */
export type EcsService = {
  name: string;
  arn: string;
  status: string;
  controller: string;
  /** REPLICA, or DAEMON: one task on each container instance. */
  schedulingStrategy: string;
  desiredCount: number;
  runningCount: number;
  pendingCount: number;
  taskDefinitionArn: string;
  deployments: EcsDeployment[];
  settings: ServiceSettings;
  loadBalancers: { targetGroupArn: string; containerName: string; containerPort: number }[];
  network?: AwsVpcConfiguration;
  launchType?: string;
  capacityProviderStrategy: CapacityProviderStrategyItem[];
  platformVersion?: string;
  placementConstraints: PlacementConstraint[];
  placementStrategy: PlacementStrategy[];
  serviceConnect: boolean;
  serviceRegistries: boolean;
  /** With which ECS makes volumes (EBS) for the service's tasks. */
  volumeRoles: string[];
  /** Newest first. */
  events: { at: string; message: string }[];
};
export type EcsDeployment = {
  id: string;
  status: string;
  taskDefinitionArn: string;
  rolloutState: string;
  rolloutStateReason?: string;
  createdAt?: string;
  updatedAt?: string;
  desiredCount: number;
  runningCount: number;
  failedTasks: number;
};

/** A task as far as the runbook reads it. */
export type EcsTask = {
  arn: string;
  group: string;
  startedBy?: string;
  taskDefinitionArn: string;
  lastStatus: string;
  desiredStatus: string;
  healthStatus?: string;
  /** The address of the task's own network interface (awsvpc). */
  address?: string;
  /** Where it runs, unless on Fargate. */
  containerInstanceArn?: string;
  containers: {
    name: string;
    /** Its ports on the instance, where it has no network interface of its own. */
    bindings: { containerPort: number; hostPort: number }[];
    image: string;
    imageDigest?: string;
    lastStatus: string;
    exitCode?: number;
    reason?: string;
  }[];
  createdAt?: string;
  startedAt?: string;
  executionStoppedAt?: string;
  stoppedAt?: string;
  stopCode?: string;
  stoppedReason?: string;
};

export function toService(service: Service): EcsService {
  const name = said(service.serviceName, "which service it describes");
  return {
    name,
    arn: said(service.serviceArn, `the ARN of ${name}`),
    status: service.status ?? "",
    controller: service.deploymentController?.type ?? "ECS",
    schedulingStrategy: service.schedulingStrategy ?? "REPLICA",
    // What is put back in the end is what is said here, and 0 is a count.
    desiredCount: said(service.desiredCount, `the desired count of ${name}`),
    runningCount: said(service.runningCount, `the running count of ${name}`),
    pendingCount: said(service.pendingCount, `the pending count of ${name}`),
    taskDefinitionArn: service.taskDefinition ?? "",
    deployments: (service.deployments ?? []).map((deployment) => ({
      id: deployment.id ?? "",
      status: deployment.status ?? "",
      taskDefinitionArn: deployment.taskDefinition ?? "",
      rolloutState: deployment.rolloutState ?? "UNKNOWN",
      rolloutStateReason: deployment.rolloutStateReason,
      createdAt: deployment.createdAt?.toISOString(),
      updatedAt: deployment.updatedAt?.toISOString(),
      desiredCount: deployment.desiredCount ?? 0,
      runningCount: deployment.runningCount ?? 0,
      failedTasks: deployment.failedTasks ?? 0,
    })),
    settings: {
      deploymentConfiguration: { ...service.deploymentConfiguration },
      availabilityZoneRebalancing: service.availabilityZoneRebalancing,
      healthCheckGracePeriodSeconds: service.healthCheckGracePeriodSeconds,
    },
    loadBalancers: (service.loadBalancers ?? []).flatMap(({ targetGroupArn, containerName, containerPort }) =>
      targetGroupArn && containerName && containerPort ? [{ targetGroupArn, containerName, containerPort }] : [],
    ),
    network: service.networkConfiguration?.awsvpcConfiguration,
    launchType: service.launchType,
    capacityProviderStrategy: service.capacityProviderStrategy ?? [],
    platformVersion: service.platformVersion,
    placementConstraints: service.placementConstraints ?? [],
    placementStrategy: service.placementStrategy ?? [],
    serviceConnect:
      service.deployments?.some(({ serviceConnectConfiguration }) => serviceConnectConfiguration?.enabled) ?? false,
    serviceRegistries: (service.serviceRegistries ?? []).length > 0,
    volumeRoles: volumeRolesOf(service),
    events: (service.events ?? []).map(({ createdAt, message }) => ({
      at: createdAt?.toISOString() ?? "",
      message: message ?? "",
    })),
  };
}

const volumeRolesOf = ({ deployments = [] }: Service): string[] => [
  ...new Set(
    deployments.flatMap(({ volumeConfigurations = [] }) =>
      volumeConfigurations.flatMap(({ managedEBSVolume }) => managedEBSVolume?.roleArn ?? []),
    ),
  ),
];

export function toTask(task: Task): EcsTask {
  const networkInterface = task.attachments?.find(({ type }) => type === "ElasticNetworkInterface");
  return {
    arn: said(task.taskArn, "which task it describes"),
    group: task.group ?? "",
    startedBy: task.startedBy,
    taskDefinitionArn: task.taskDefinitionArn ?? "",
    lastStatus: task.lastStatus ?? "",
    desiredStatus: task.desiredStatus ?? "",
    healthStatus: task.healthStatus,
    address: networkInterface?.details?.find(({ name }) => name === "privateIPv4Address")?.value,
    containerInstanceArn: task.containerInstanceArn,
    containers: (task.containers ?? []).map((container) => ({
      name: container.name ?? "",
      bindings: (container.networkBindings ?? []).flatMap(({ containerPort, hostPort }) =>
        containerPort && hostPort ? [{ containerPort, hostPort }] : [],
      ),
      image: container.image ?? "",
      imageDigest: container.imageDigest,
      lastStatus: container.lastStatus ?? "",
      exitCode: container.exitCode,
      reason: container.reason,
    })),
    createdAt: task.createdAt?.toISOString(),
    startedAt: task.startedAt?.toISOString(),
    executionStoppedAt: task.executionStoppedAt?.toISOString(),
    stoppedAt: task.stoppedAt?.toISOString(),
    stopCode: task.stopCode,
    stoppedReason: task.stoppedReason,
  };
}

/**
 * No container of the task can run any more. `executionStoppedAt` is the earliest honest proof: STOPPED follows it by some 23 s of
 * network clean-up on Fargate, while counts reach 0 long before the containers are even told to stop.
 */
export const isQuiet = (task: EcsTask): boolean =>
  task.lastStatus === "STOPPED" ||
  (task.executionStoppedAt !== undefined && task.containers.every(({ lastStatus }) => lastStatus === "STOPPED"));

/** It was told to stop, and may drain and write for as long as the deregistration delay that its target group had then, and its `stopTimeout`. */
export const isEnding = (task: EcsTask): boolean => task.desiredStatus === "STOPPED" && !isQuiet(task);
