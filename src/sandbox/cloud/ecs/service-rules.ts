import * as ecs from "@aws-sdk/client-ecs";
import { checkEnum, checkInteger, invalid, notSimulated } from "./checks.ts";
import type { ServiceSettings } from "./service.ts";
import type { Capacity, Cluster, EcsState, Revision } from "./state.ts";

/** What CreateService and UpdateService check alike. */
export function checkServiceInput(input: ecs.CreateServiceRequest | ecs.UpdateServiceRequest): void {
  checkInteger("desiredCount", input.desiredCount, 0);
  checkInteger("healthCheckGracePeriodSeconds", input.healthCheckGracePeriodSeconds, 0);
  checkEnum("propagateTags", input.propagateTags, ecs.PropagateTags);
  checkEnum("availabilityZoneRebalancing", input.availabilityZoneRebalancing, ecs.AvailabilityZoneRebalancing);
  checkEnum("deploymentController.type", input.deploymentController?.type, ecs.DeploymentControllerType);
}

export function checkDeploymentConfiguration(configuration: ecs.DeploymentConfiguration): void {
  const { minimumHealthyPercent = 100, maximumPercent = 200, strategy, deploymentCircuitBreaker } = configuration;
  checkEnum("deploymentConfiguration.strategy", strategy, ecs.DeploymentStrategy);
  checkInteger("minimumHealthyPercent", minimumHealthyPercent, 0, 100);
  checkInteger("maximumPercent", maximumPercent, 100);
  if (minimumHealthyPercent === 100 && maximumPercent === 100)
    throw invalid("Both maximumPercent and minimumHealthyPercent cannot be 100 as this will block deployments.");
  const threshold = deploymentCircuitBreaker?.thresholdConfiguration;
  if (!threshold) return;
  checkEnum("thresholdConfiguration.type", threshold.type, ecs.ThresholdType);
  checkInteger("thresholdConfiguration.value", threshold.value, 1);
}

/** Members left out keep their value, those of the circuit breaker too; alarms come as a whole. */
export function mergeDeploymentConfiguration(
  current: ecs.DeploymentConfiguration,
  { deploymentCircuitBreaker, ...change }: ecs.DeploymentConfiguration,
): ecs.DeploymentConfiguration {
  const breaker = { ...current.deploymentCircuitBreaker, ...given(deploymentCircuitBreaker ?? {}) };
  const merged = { ...current, ...given(change), deploymentCircuitBreaker: breaker as ecs.DeploymentCircuitBreaker };
  checkDeploymentConfiguration(merged);
  return merged;
}

/** The members that are there. */
export const given = <Value extends object>(value: Value): Partial<Value> =>
  Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as Partial<Value>;

/** Launch type or strategy, with the cluster's defaults; EC2 where nobody says anything. */
export function capacityOf(cluster: Cluster, input: Capacity): Capacity {
  checkEnum("launchType", input.launchType, ecs.LaunchType);
  if (input.launchType && input.capacityProviderStrategy?.length)
    throw invalid(
      "Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again.",
    );
  if (input.launchType) return { launchType: input.launchType };
  const strategy = input.capacityProviderStrategy?.length
    ? input.capacityProviderStrategy
    : cluster.defaultCapacityProviderStrategy;
  if (!strategy.length) return { launchType: "EC2" };
  if (strategy.some(({ capacityProvider }) => !cluster.capacityProviders.includes(capacityProvider!)))
    throw invalid(
      "The specified capacity provider strategy cannot contain a capacity provider that is not associated with the cluster. Associate the capacity provider with the cluster and try again.",
    );
  return { capacityProviderStrategy: strategy };
}

/** Whether a definition can run on that capacity, with that network. */
export function checkPlacement(
  definition: Revision,
  capacity: Capacity,
  network: ecs.NetworkConfiguration | undefined,
  placementConstraints: ecs.PlacementConstraint[] = [],
): void {
  const providers = capacity.capacityProviderStrategy?.map(({ capacityProvider }) => capacityProvider) ?? [];
  const fargate = capacity.launchType === "FARGATE" || providers.some((name) => name?.startsWith("FARGATE"));
  if (providers.length > 1 && fargate && !providers.every((name) => name?.startsWith("FARGATE")))
    throw invalid(
      "The specified capacity provider strategy cannot contain both Fargate and Auto Scaling group capacity providers.",
    );
  for (const { type } of [...placementConstraints, ...(definition.placementConstraints ?? [])])
    if (type === "memberOf" && !fargate) throw notSimulated("A placement constraint of the type memberOf");
  if (fargate && !definition.compatibilities?.includes("FARGATE"))
    throw invalid("Task definition does not support launch_type FARGATE.");
  const awsvpc = definition.networkMode === "awsvpc";
  if (awsvpc && !network?.awsvpcConfiguration)
    throw invalid("Network Configuration must be provided when networkMode 'awsvpc' is specified.");
  if (!awsvpc && network?.awsvpcConfiguration)
    throw invalid("Network Configuration is not valid for the given networkMode of this task definition.");
  if (awsvpc && !network?.awsvpcConfiguration?.subnets?.length) throw invalid("subnets can not be empty.");
  checkEnum("assignPublicIp", network?.awsvpcConfiguration?.assignPublicIp, ecs.AssignPublicIp);
}

export function checkLoadBalancers(state: EcsState, { definition, loadBalancers = [] }: ServiceSettings): void {
  for (const { targetGroupArn, containerName, containerPort, loadBalancerName } of loadBalancers) {
    if (loadBalancerName) throw notSimulated("A Classic Load Balancer");
    if (!targetGroupArn) throw invalid("targetGroupArn can not be blank.");
    const container = definition.containerDefinitions.find(({ name }) => name === containerName);
    if (!container) throw invalid(`The container ${containerName} does not exist in the task definition.`);
    if (definition.networkMode === "none") throw invalid("A task without a network cannot be behind a load balancer.");
    if (!container.portMappings?.some((mapping) => mapping.containerPort === containerPort))
      throw invalid(`The container ${containerName} did not have a container port ${containerPort} defined.`);
    const group = state.targets.targetGroup(targetGroupArn);
    if (!group?.loadBalancerArns.length)
      throw invalid(
        `The target group with targetGroupArn ${targetGroupArn} does not have an associated load balancer.`,
      );
    const fitting = definition.networkMode === "awsvpc" ? "ip" : "instance";
    if (group.targetType !== fitting)
      throw invalid(
        `The provided target group ${targetGroupArn} has target type ${group.targetType}, which is incompatible with the ${definition.networkMode} network mode specified in the task definition.`,
      );
  }
}

/** A service that Service Connect offers to others names a port of its task definition. */
export function checkServiceConnect({ definition, serviceConnectConfiguration: connect }: ServiceSettings): void {
  if (!connect?.enabled) return;
  const names = definition.containerDefinitions.flatMap(({ portMappings = [] }) =>
    portMappings.map(({ name }) => name),
  );
  for (const { portName } of connect.services ?? [])
    if (!names.includes(portName))
      throw invalid(
        `The port name ${portName} of the Service Connect configuration is not found in the task definition.`,
      );
}
