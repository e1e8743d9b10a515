import type { Mutation, OperationRequest } from "../operations/operation.ts";
import type { Plan, Planner } from "../operations/plan.ts";
import type { Target } from "../targets/schema.ts";
import { type Before, beforeOf } from "./before.ts";
import { runChecks } from "./checks.ts";
import { pageRules } from "./close-traffic.ts";
import { discover } from "./discovery.ts";
import { leaderTask } from "./leader-task.ts";
import { registrationsToCome } from "./migrate.ts";
import type { World } from "./operation-run.ts";
import { revisionOf } from "./prepare.ts";
import { reach } from "./reachability.ts";
import { scalingOut } from "./scale-out.ts";
import { backupSnapshot, warmUpSnapshot } from "./snapshot.ts";
import { stopping } from "./stop-nodes.ts";

/** What an operation would look at and do, by the very functions that the run uses. Touches nothing. */
export function createPlanner(world: Pick<World, "aws" | "http" | "resolveName">): Planner {
  return {
    async describe(target) {
      const discovery = await discover({
        aws: world.aws,
        target,
        request: { procedure: "upgrade", image: "", snapshot: "required" },
      });
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
          ? shapes.value.flatMap(({ service, tasks }) =>
              tasks.map(({ arn, lastStatus, containers }) => ({
                taskArn: arn,
                service,
                status: lastStatus,
                containers,
              })),
            )
          : shapes,
        loadBalancers: loadBalancers.ok
          ? loadBalancers.value.map(({ name, dnsName, scheme }) => ({ name, dnsName, scheme }))
          : loadBalancers,
        database: database.ok ? (database.value ?? null) : database,
        scalableTargets: scalableTargets.ok ? scalableTargets.value : scalableTargets,
      };
    },

    async plan(target: Target, request: OperationRequest): Promise<Plan> {
      const discovery = await discover({ aws: world.aws, target, request });
      const reachability = await reach(world, { target, discovery, operationId: UNNAMED });
      const checks = runChecks({ target, request, discovery, reachability, operationId: UNNAMED });
      const ok = checks.every(({ outcome }) => outcome !== "failed");
      return {
        target: target.name,
        request,
        checks,
        ok,
        mutations: ok ? upgradeMutations(target, request, beforeOf(discovery, target)) : [],
      };
    },
  };
}

/** Stands for the operation's id, which a plan does not have yet; as long as a real one. */
const UNNAMED = "op-00000000-000000-000000";

export function upgradeMutations(
  target: Target,
  request: OperationRequest,
  before: Before,
  operationId = UNNAMED,
): Mutation[] {
  const revisions = Object.fromEntries(before.services.map(({ name, family }) => [name, `${family}:new`]));
  const { suspend, quieten, drain, stop } = stopping(target, before);
  const optional = <Item>(item: Item | undefined): Item[] => (item === undefined ? [] : [item]);
  return [
    ...before.services.map((service) => revisionOf(service, { image: request.image, digest: before.imageDigest })),
    ...optional(warmUpSnapshot(target, request, before, operationId)),
    ...pageRules({ target, before, operationId, bypassSecret: "" }),
    ...suspend,
    ...quieten,
    ...drain,
    ...stop,
    ...optional(backupSnapshot(target, request, before, operationId)),
    leaderTask(target, before, { operationId, revision: revisions[before.services[0]!.name]! }),
    ...registrationsToCome(before.services[0]!),
    ...scalingOut(before, revisions),
  ].map((each) => ("mutation" in each ? each.mutation : each));
}
