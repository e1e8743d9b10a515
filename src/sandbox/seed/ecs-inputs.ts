import type { ContainerDefinition, CreateServiceRequest, RegisterTaskDefinitionRequest } from "@aws-sdk/client-ecs";
import { type PlaceholderValues, replacePlaceholders } from "./placeholders.ts";
import type { Seed } from "./schema.ts";
import type { ServiceSeed, TaskDefinitionSeed } from "./services-schema.ts";
import { SUBNETS } from "./subnets.ts";

type Values = { placeholders: PlaceholderValues; region: string };

export function taskDefinitionInput(
  family: string,
  { containers, network, volumes, cpu, memory, taskRoleArn, executionRoleArn }: TaskDefinitionSeed,
  values: Values,
): RegisterTaskDefinitionRequest {
  return {
    family,
    networkMode: network,
    requiresCompatibilities: [network === "awsvpc" ? "FARGATE" : "EC2"],
    cpu,
    memory,
    taskRoleArn,
    executionRoleArn,
    ...(Object.keys(volumes).length > 0 && {
      volumes: Object.entries(volumes).map(([name, { fileSystem, rootDirectory }]) => ({
        name,
        ...(fileSystem && { efsVolumeConfiguration: { fileSystemId: fileSystem, rootDirectory } }),
      })),
    }),
    containerDefinitions: containers.map((container) => containerInput(container, { ...values, family })),
  };
}

type ContainerSeed = TaskDefinitionSeed["containers"][number];

function containerInput(
  { port, hostPort, portName, environment, stopTimeoutSeconds, healthCheck, logGroup, ...container }: ContainerSeed,
  { placeholders, region, family }: Values & { family: string },
): ContainerDefinition {
  const { name, image, command, essential, mounts, dependsOn } = container;
  return {
    name,
    image,
    command,
    essential,
    ...(port !== undefined && {
      portMappings: [{ containerPort: port, protocol: "tcp" as const, hostPort, name: portName }],
    }),
    environment: Object.entries(environment).map(([variable, value]) => ({
      name: variable,
      value: replacePlaceholders(value, placeholders),
    })),
    ...(stopTimeoutSeconds !== undefined && { stopTimeout: stopTimeoutSeconds }),
    ...(healthCheck && {
      healthCheck: {
        command: healthCheck.command,
        interval: healthCheck.intervalSeconds,
        timeout: healthCheck.timeoutSeconds,
        retries: healthCheck.retries,
        ...(healthCheck.startPeriodSeconds !== undefined && { startPeriod: healthCheck.startPeriodSeconds }),
      },
    }),
    ...(logGroup !== undefined && {
      logConfiguration: {
        logDriver: "awslogs" as const,
        options: {
          "awslogs-group": logGroup,
          "awslogs-region": region,
          "awslogs-stream-prefix": family,
          "awslogs-create-group": "true",
        },
      },
    }),
    ...(Object.keys(mounts).length > 0 && {
      mountPoints: Object.entries(mounts).map(([sourceVolume, containerPath]) => ({ sourceVolume, containerPath })),
    }),
    ...(Object.keys(dependsOn).length > 0 && {
      dependsOn: Object.entries(dependsOn).map(([containerName, condition]) => ({ containerName, condition })),
    }),
  };
}

/** Target groups of services whose tasks have no address of their own: their targets are instances. */
export const instanceGroups = ({
  services,
  taskDefinitions,
}: Pick<Seed, "services" | "taskDefinitions">): Set<string> =>
  new Set(
    Object.values(services)
      .filter(({ taskDefinition }) => taskDefinitions[taskDefinition]?.network !== "awsvpc")
      .flatMap(({ loadBalancers }) => loadBalancers.map(({ targetGroup }) => targetGroup)),
  );

export function serviceInput(
  serviceName: string,
  service: ServiceSeed,
  { targetGroupArns, network }: { targetGroupArns: Map<string, string>; network: TaskDefinitionSeed["network"] },
): CreateServiceRequest {
  const { circuitBreaker, minimumHealthyPercent, maximumPercent } = service.deployment;
  return {
    cluster: service.cluster,
    serviceName,
    taskDefinition: service.taskDefinition,
    ...(service.daemon ? { schedulingStrategy: "DAEMON" as const } : { desiredCount: service.desiredCount }),
    ...(service.spot
      ? { capacityProviderStrategy: [{ capacityProvider: "FARGATE_SPOT", weight: 1 }] }
      : { launchType: service.launchType }),
    ...(network === "awsvpc" && {
      networkConfiguration: { awsvpcConfiguration: { subnets: SUBNETS, securityGroups: ["sg-0d0d0d0d0d0d0d0d0"] } },
    }),
    loadBalancers: service.loadBalancers.map(({ targetGroup, container, port }) => ({
      targetGroupArn: targetGroupArns.get(targetGroup),
      containerName: container,
      containerPort: port,
    })),
    healthCheckGracePeriodSeconds: service.healthCheckGracePeriodSeconds,
    availabilityZoneRebalancing: service.availabilityZoneRebalancing,
    ...(service.deploymentController !== "ECS" && { deploymentController: { type: service.deploymentController } }),
    deploymentConfiguration: {
      minimumHealthyPercent,
      maximumPercent,
      deploymentCircuitBreaker: circuitBreaker,
      ...(service.strategy !== "ROLLING" && { strategy: service.strategy }),
    },
    ...(service.serviceConnect && {
      serviceConnectConfiguration: {
        enabled: true,
        namespace: service.serviceConnect.namespace,
        services: service.serviceConnect.offers.map((portName) => ({ portName })),
      },
    }),
  };
}
