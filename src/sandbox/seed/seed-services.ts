import {
  type ContainerDefinition,
  CreateClusterCommand,
  CreateServiceCommand,
  DescribeServicesCommand,
  RegisterTaskDefinitionCommand,
} from "@aws-sdk/client-ecs";
import { DescribeTargetHealthCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import { type PlaceholderValues, replacePlaceholders } from "./placeholders.ts";
import type { Seed } from "./schema.ts";
import type { SeedClients } from "./seed-clients.ts";
import { SUBNETS } from "./seed-load-balancers.ts";
import type { ServiceSeed, TaskDefinitionSeed } from "./services-schema.ts";
import { type Waiting, waitUntil } from "./wait-until.ts";

type Context = {
  clients: Pick<SeedClients, "ecs" | "elb">;
  placeholders: PlaceholderValues;
  targetGroupArns: Map<string, string>;
  waiting: Waiting;
};

/** Creates clusters, task definitions and services, and waits until every service runs and its targets are healthy. */
export async function seedServices(seed: Seed, context: Context): Promise<void> {
  const { ecs } = context.clients;
  for (const clusterName of seed.clusters) await ecs.send(new CreateClusterCommand({ clusterName }));
  for (const [family, definition] of Object.entries(seed.taskDefinitions))
    await ecs.send(new RegisterTaskDefinitionCommand(toTaskDefinition(family, definition, context.placeholders)));
  const services = Object.entries(seed.services);
  for (const [name, service] of services) await ecs.send(new CreateServiceCommand(toService(name, service, context)));
  await Promise.all(services.map(([name, service]) => untilSteady(name, service, context)));
}

function toTaskDefinition(
  family: string,
  { containers, ...definition }: TaskDefinitionSeed,
  values: PlaceholderValues,
) {
  return {
    family,
    networkMode: "awsvpc" as const,
    requiresCompatibilities: ["FARGATE" as const],
    ...definition,
    containerDefinitions: containers.map(
      ({ port, environment, stopTimeoutSeconds, healthCheck, ...container }): ContainerDefinition => ({
        ...container,
        ...(port !== undefined && { portMappings: [{ containerPort: port, protocol: "tcp" as const }] }),
        environment: Object.entries(environment).map(([name, value]) => ({
          name,
          value: replacePlaceholders(value, values),
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
      }),
    ),
  };
}

function toService(serviceName: string, service: ServiceSeed, { targetGroupArns }: Context) {
  const { circuitBreaker, minimumHealthyPercent, maximumPercent } = service.deployment;
  return {
    cluster: service.cluster,
    serviceName,
    taskDefinition: service.taskDefinition,
    desiredCount: service.desiredCount,
    launchType: "FARGATE" as const,
    networkConfiguration: { awsvpcConfiguration: { subnets: SUBNETS, securityGroups: ["sg-0d0d0d0d0d0d0d0d0"] } },
    loadBalancers: service.loadBalancers.map(({ targetGroup, container, port }) => ({
      targetGroupArn: targetGroupArns.get(targetGroup),
      containerName: container,
      containerPort: port,
    })),
    healthCheckGracePeriodSeconds: service.healthCheckGracePeriodSeconds,
    availabilityZoneRebalancing: service.availabilityZoneRebalancing,
    deploymentConfiguration: { minimumHealthyPercent, maximumPercent, deploymentCircuitBreaker: circuitBreaker },
  };
}

async function untilSteady(
  name: string,
  { cluster, desiredCount, loadBalancers }: ServiceSeed,
  { clients, targetGroupArns, waiting }: Context,
): Promise<void> {
  await waitUntil(`expected service ${name} to run ${desiredCount} tasks`, waiting, async () => {
    const { services = [] } = await clients.ecs.send(new DescribeServicesCommand({ cluster, services: [name] }));
    const { runningCount, deployments = [], events = [] } = services[0] ?? {};
    if (runningCount === desiredCount && deployments.length === 1 && deployments[0]?.rolloutState === "COMPLETED")
      return "done";
    return { missing: `it runs ${runningCount}. ${events[0]?.message ?? ""}`.trim() };
  });
  for (const { targetGroup } of loadBalancers)
    await waitUntil(`expected ${desiredCount} healthy targets in ${targetGroup}`, waiting, async () => {
      const TargetGroupArn = targetGroupArns.get(targetGroup);
      const { TargetHealthDescriptions = [] } = await clients.elb.send(
        new DescribeTargetHealthCommand({ TargetGroupArn }),
      );
      const states = TargetHealthDescriptions.map(({ TargetHealth }) => TargetHealth?.State);
      if (states.filter((state) => state === "healthy").length >= desiredCount) return "done";
      return { missing: `its targets are ${states.join(", ") || "none"}` };
    });
}
