import type * as ecs from "@aws-sdk/client-ecs";
import { type Deployment, failDeployment, startDeployment } from "./deployment.ts";
import { announce, primaryOf, type Service, tasksOf } from "./service.ts";
import type { EcsState } from "./state.ts";

/** Failures at which a deployment is given up: by default half the desired count, at least 3 and at most 200. */
export function failureThreshold(breaker: ecs.DeploymentCircuitBreaker, desiredCount: number): number {
  const { type = "BOUNDED_PERCENT", value = 50 } = breaker.thresholdConfiguration ?? {};
  const share = Math.ceil((desiredCount * value) / 100);
  if (type === "COUNT") return value;
  return type === "UNBOUNDED_PERCENT" ? Math.max(1, share) : Math.max(3, Math.min(200, share));
}

/** A task of the deployment did not get RUNNING, or was replaced as unhealthy. Counts until the deployment's first steady state. */
export function countFailure(state: EcsState, service: Service, deploymentId: string): void {
  const deployment = service.deployments.find(({ id }) => id === deploymentId);
  if (deployment?.rolloutState !== "IN_PROGRESS") return;
  deployment.failedTasks += 1;
  const breaker = service.deploymentConfiguration.deploymentCircuitBreaker;
  if (!breaker?.enable || deployment.status !== "PRIMARY") return;
  if (deployment.failedTasks >= failureThreshold(breaker, service.desiredCount)) giveUp(state, service, deployment);
}

/** A task reached a healthy state. */
export function countSuccess(service: Service, deployment: Deployment): void {
  if (service.deploymentConfiguration.deploymentCircuitBreaker?.resetOnHealthyTask ?? true) deployment.failedTasks = 0;
}

function giveUp(state: EcsState, service: Service, failed: Deployment): void {
  failDeployment(state, service, "ECS deployment circuit breaker: tasks failed to start.");
  announce(state, service, `(deployment ${failed.id}) deployment failed: tasks failed to start.`);
  const good = service.history.find(({ rolloutState }) => rolloutState === "COMPLETED");
  const wanted = service.deploymentConfiguration.deploymentCircuitBreaker?.rollback;
  if (!wanted || !good || failed.rollbackTo) return;
  announce(state, service, `rolling back to deployment ${good.id}.`);
  failed.rolledBack = true;
  service.settings = {
    ...good.settings,
    healthCheckGracePeriodSeconds: service.settings.healthCheckGracePeriodSeconds,
  };
  startDeployment(state, service, { rollbackTo: good });
  adoptTasks(state, service, good);
}

/** Tasks of the good revision that still run are kept: only the failed deployment's are replaced. */
function adoptTasks(state: EcsState, service: Service, from: Deployment): void {
  const primary = primaryOf(service);
  for (const task of tasksOf(state, service))
    if (task.owner?.deploymentId === from.id) task.owner.deploymentId = primary.id;
  service.deployments = service.deployments.filter((deployment) => deployment !== from);
  from.status = "INACTIVE";
}
