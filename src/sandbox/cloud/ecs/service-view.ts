import type * as ecs from "@aws-sdk/client-ecs";
import { type Deployment, deploymentArn, revisionArn } from "./deployment.ts";
import { platformOf } from "./new-task.ts";
import { primaryOf, type Service, tasksOf } from "./service.ts";
import type { EcsState } from "./state.ts";
import { isPending, isRunning, type Task } from "./task.ts";

/** A service as DescribeServices, CreateService, UpdateService and DeleteService show it. */
export function describeService(state: EcsState, service: Service, { tags = false } = {}): ecs.Service {
  const tasks = tasksOf(state, service);
  const { settings } = service;
  const primary = primaryOf(service);
  return {
    serviceArn: service.arn,
    serviceName: service.name,
    clusterArn: service.cluster.arn,
    status: service.status,
    desiredCount: service.desiredCount,
    runningCount: tasks.filter(isRunning).length,
    pendingCount: tasks.filter(isPending).length,
    taskDefinition: settings.definition.taskDefinitionArn,
    launchType: settings.launchType,
    capacityProviderStrategy: settings.capacityProviderStrategy,
    platformVersion: settings.platformVersion,
    platformFamily: settings.platformVersion && "Linux",
    loadBalancers: settings.loadBalancers,
    serviceRegistries: settings.serviceRegistries,
    networkConfiguration: settings.networkConfiguration,
    healthCheckGracePeriodSeconds: settings.healthCheckGracePeriodSeconds,
    placementConstraints: settings.placementConstraints,
    placementStrategy: settings.placementStrategy,
    enableECSManagedTags: settings.enableECSManagedTags,
    propagateTags: settings.propagateTags,
    enableExecuteCommand: settings.enableExecuteCommand,
    availabilityZoneRebalancing: settings.availabilityZoneRebalancing,
    deploymentConfiguration: service.deploymentConfiguration,
    deploymentController: { type: service.deploymentController },
    schedulingStrategy: service.schedulingStrategy,
    ...(service.deploymentController === "ECS"
      ? { deployments: service.deployments.map((deployment) => describeDeployment(service, deployment, tasks)) }
      : {
          deployments: [],
          taskSets: service.deployments.map((deployment) => describeTaskSet(service, deployment, tasks)),
        }),
    currentServiceDeployment: deploymentArn(service, primary),
    currentServiceRevisions: service.deployments.map((deployment) => ({
      arn: revisionArn(service, deployment),
      ...countsOf(service, deployment, tasks),
    })),
    roleArn: `arn:aws:iam::${state.world.account}:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS`,
    events: service.events,
    createdAt: service.createdAt,
    createdBy: service.createdBy,
    tags: tags ? (state.tags.get(service.arn) ?? []) : undefined,
  };
}

function describeDeployment(service: Service, deployment: Deployment, tasks: Task[]): ecs.Deployment {
  const { requestedTaskCount, runningTaskCount, pendingTaskCount } = countsOf(service, deployment, tasks);
  const { settings } = deployment;
  return {
    id: deployment.id,
    status: deployment.status,
    taskDefinition: settings.definition.taskDefinitionArn,
    desiredCount: requestedTaskCount,
    runningCount: runningTaskCount,
    pendingCount: pendingTaskCount,
    failedTasks: deployment.failedTasks,
    createdAt: deployment.createdAt,
    updatedAt: deployment.updatedAt,
    launchType: settings.launchType,
    capacityProviderStrategy: settings.capacityProviderStrategy,
    platformVersion: settings.platformVersion && platformOf(settings.platformVersion),
    platformFamily: settings.platformVersion && "Linux",
    networkConfiguration: settings.networkConfiguration,
    serviceConnectConfiguration: settings.serviceConnectConfiguration,
    serviceConnectResources: settings.serviceConnectConfiguration?.enabled
      ? describeConnect(service, settings.serviceConnectConfiguration)
      : undefined,
    volumeConfigurations: settings.volumeConfigurations,
    rolloutState: deployment.rolloutState,
    rolloutStateReason: deployment.rolloutStateReason,
  };
}

/** What other services find this one by. */
const describeConnect = (
  service: Service,
  connect: ecs.ServiceConnectConfiguration,
): ecs.ServiceConnectServiceResource[] =>
  (connect.services ?? []).map(({ portName, discoveryName = portName }) => ({
    discoveryName,
    discoveryArn: service.arn.replace(/:ecs:(.*):service\/.*$/, `:servicediscovery:$1:service/srv-${discoveryName}`),
  }));

/** Where CodeDeploy or an external controller deploys, a service has task sets in place of deployments. */
function describeTaskSet(service: Service, deployment: Deployment, tasks: Task[]): ecs.TaskSet {
  const { requestedTaskCount, runningTaskCount, pendingTaskCount } = countsOf(service, deployment, tasks);
  const { settings } = deployment;
  return {
    id: deployment.id,
    taskSetArn: `${service.arn.replace(":service/", ":task-set/")}/${deployment.id}`,
    serviceArn: service.arn,
    clusterArn: service.cluster.arn,
    startedBy: service.deploymentController === "CODE_DEPLOY" ? "CODE_DEPLOY" : undefined,
    status: deployment.status,
    taskDefinition: settings.definition.taskDefinitionArn,
    computedDesiredCount: requestedTaskCount,
    runningCount: runningTaskCount,
    pendingCount: pendingTaskCount,
    createdAt: deployment.createdAt,
    updatedAt: deployment.updatedAt,
    launchType: settings.launchType,
    capacityProviderStrategy: settings.capacityProviderStrategy,
    platformVersion: settings.platformVersion && platformOf(settings.platformVersion),
    networkConfiguration: settings.networkConfiguration,
    loadBalancers: settings.loadBalancers,
    serviceRegistries: settings.serviceRegistries,
    scale: { unit: "PERCENT", value: 100 },
    stabilityStatus: runningTaskCount === requestedTaskCount ? "STEADY_STATE" : "STABILIZING",
  };
}

/** An ACTIVE deployment wants no more than it still has. */
export function countsOf(service: Service, deployment: Deployment, tasks: Task[]) {
  const own = tasks.filter((task) => task.owner?.deploymentId === deployment.id);
  const runningTaskCount = own.filter(isRunning).length;
  const pendingTaskCount = own.filter(isPending).length;
  const primary = deployment.status === "PRIMARY";
  return {
    requestedTaskCount: primary ? service.desiredCount : runningTaskCount + pendingTaskCount,
    runningTaskCount,
    pendingTaskCount,
  };
}
