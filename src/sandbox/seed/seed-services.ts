import {
  CreateClusterCommand,
  CreateServiceCommand,
  DescribeServicesCommand,
  RegisterContainerInstanceCommand,
  RegisterTaskDefinitionCommand,
} from "@aws-sdk/client-ecs";
import { DescribeTargetHealthCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import { serviceInput, taskDefinitionInput } from "./ecs-inputs.ts";
import type { PlaceholderValues } from "./placeholders.ts";
import type { Seed } from "./schema.ts";
import type { SeedClients } from "./seed-clients.ts";
import type { ServiceSeed } from "./services-schema.ts";
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
  for (const clusterName of seed.clusters)
    await ecs.send(new CreateClusterCommand({ clusterName, capacityProviders: ["FARGATE", "FARGATE_SPOT"] }));
  for (const { cluster, cpu, memory } of seed.containerInstances)
    await ecs.send(
      new RegisterContainerInstanceCommand({
        cluster,
        totalResources: [
          { name: "CPU", type: "INTEGER", integerValue: cpu },
          { name: "MEMORY", type: "INTEGER", integerValue: memory },
        ],
      }),
    );
  for (const [family, definition] of Object.entries(seed.taskDefinitions))
    await ecs.send(
      new RegisterTaskDefinitionCommand(
        taskDefinitionInput(family, definition, { placeholders: context.placeholders, region: seed.region }),
      ),
    );
  const services = Object.entries(seed.services);
  for (const [name, service] of services) {
    const network = seed.taskDefinitions[service.taskDefinition]!.network;
    await ecs.send(new CreateServiceCommand(serviceInput(name, service, { ...context, network })));
  }
  const instancesOf = (cluster: string) => seed.containerInstances.filter((one) => one.cluster === cluster).length;
  await Promise.all(
    services.map(([name, service]) => {
      const desiredCount = service.daemon ? instancesOf(service.cluster) : service.desiredCount;
      return untilSteady(name, { ...service, desiredCount }, context);
    }),
  );
}

async function untilSteady(
  name: string,
  { cluster, desiredCount, loadBalancers }: ServiceSeed,
  { clients, targetGroupArns, waiting }: Context,
): Promise<void> {
  await waitUntil(`expected service ${name} to run ${desiredCount} tasks`, waiting, async () => {
    const { services = [] } = await clients.ecs.send(new DescribeServicesCommand({ cluster, services: [name] }));
    const { runningCount, deployments = [], taskSets = [], events = [] } = services[0] ?? {};
    const rolledOut = deployments.length === 1 && deployments[0]?.rolloutState === "COMPLETED";
    const elsewhere = taskSets.length === 1 && taskSets[0]?.stabilityStatus === "STEADY_STATE";
    if (runningCount === desiredCount && (rolledOut || elsewhere)) return "done";
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
