import type { ListenerRule } from "../aws/load-balancer.ts";
import type { Target } from "../targets/schema.ts";
import { type Discovery, discover } from "./discovery.ts";
import { covers, forwardedGroups } from "./doors.ts";
import type { World } from "./operation-run.ts";

/** What the cloud says of a target now, as JSON for people; what could not be read says why. */
export async function liveState(
  world: Pick<World, "aws" | "http" | "resolveName" | "store" | "clock">,
  target: Target,
): Promise<Record<string, unknown>> {
  const request = { procedure: "upgrade" as const, image: "", snapshot: "required" as const };
  const discovery = await discover({ ...world, target, request });
  const { services, shapes, loadBalancers, database, scalableTargets } = discovery;
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
      ? shapes.value.flatMap(({ service, tasks, strangers }) =>
          [...tasks, ...strangers].map((task) => ({
            taskArn: task.arn,
            service,
            // In no service: the one that migrates, or a stranger.
            ...(strangers.includes(task) && { standalone: true }),
            status: task.lastStatus,
            containers: task.containers,
          })),
        )
      : shapes,
    loadBalancers: loadBalancers.ok
      ? loadBalancers.value.map(({ name, dnsName, scheme }) => ({ name, dnsName, scheme }))
      : loadBalancers,
    listeners: listenersOf(discovery),
    database: database.ok ? (database.value ?? null) : database,
    scalableTargets: scalableTargets.ok ? scalableTargets.value : scalableTargets,
  };
}

/** The listeners that lead to the application, and whether a page answers there in its place. A way past the page is none for the public. */
function listenersOf({ loadBalancers, listeners, targetGroups }: Discovery) {
  if (!listeners.ok) return listeners;
  if (!targetGroups.ok) return targetGroups;
  const balancers = loadBalancers.ok ? loadBalancers.value : [];
  const groups = targetGroups.value.map(({ arn }) => arn);
  return listeners.value.flatMap(({ loadBalancerArn, protocol, port, rules }) => {
    const ways = rules.filter((rule) => forwardedGroups(rule).some((arn) => groups.includes(arn)));
    if (ways.length === 0) return [];
    const pages = rules.filter(isPage);
    const loadBalancer = balancers.find(({ arn }) => arn === loadBalancerArn)?.name;
    return [{ loadBalancer, protocol, port, closed: ways.every((way) => pages.some((page) => covers(page, way))) }];
  });
}

const isPage = ({ actions = [] }: ListenerRule): boolean =>
  actions.some(
    ({ Type, FixedResponseConfig }) => Type === "fixed-response" && FixedResponseConfig?.StatusCode === "503",
  );
