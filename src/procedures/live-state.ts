import type { Target } from "../targets/schema.ts";
import { discover } from "./discovery.ts";
import type { World } from "./operation-run.ts";

/** What the cloud says of a target now, as JSON for people; what could not be read says why. */
export async function liveState(
  world: Pick<World, "aws" | "http" | "resolveName" | "store" | "clock">,
  target: Target,
): Promise<Record<string, unknown>> {
  const request = { procedure: "upgrade" as const, image: "", snapshot: "required" as const };
  const { services, shapes, loadBalancers, database, scalableTargets } = await discover({ ...world, target, request });
  return {
    services: services.ok
      ? services.value.map(({ name, desiredCount, runningCount, pendingCount, taskDefinitionArn }) => ({
          name,
          desiredCount,
          runningCount,
          pendingCount,
          taskDefinitionArn,
        }))
      : services,
    nodes: shapes.ok
      ? shapes.value.flatMap(({ service, tasks }) =>
          tasks.map(({ arn, lastStatus, containers }) => ({ taskArn: arn, service, status: lastStatus, containers })),
        )
      : shapes,
    loadBalancers: loadBalancers.ok
      ? loadBalancers.value.map(({ name, dnsName, scheme }) => ({ name, dnsName, scheme }))
      : loadBalancers,
    database: database.ok ? (database.value ?? null) : database,
    scalableTargets: scalableTargets.ok ? scalableTargets.value : scalableTargets,
  };
}
