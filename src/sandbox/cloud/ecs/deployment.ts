import type * as ecs from "@aws-sdk/client-ecs";
import type { RegisteredImage } from "../seams.ts";
import type { Service, ServiceSettings } from "./service.ts";
import { primaryOf, recordService } from "./service.ts";
import { type EcsState, now } from "./state.ts";

export type Deployment = {
  /** `ecs-svc/` and digits; also the `startedBy` of its tasks. */
  id: string;
  status: "PRIMARY" | "ACTIVE" | "INACTIVE";
  settings: ServiceSettings;
  createdAt: Date;
  updatedAt: Date;
  finishedAt?: Date;
  rolloutState: ecs.DeploymentRolloutState;
  rolloutStateReason: string;
  failedTasks: number;
  /** Whether the circuit breaker watches: only from the start of a deployment to its first steady state. */
  breaker: ecs.ServiceDeploymentRollbackMonitorsStatus;
  /** The completed deployment that a rollback goes back to. */
  rollbackTo?: Deployment;
  /** The deployment that failed, once a rollback follows it. */
  rolledBack: boolean;
  /** Digests fixed by its first tasks: a tag that moves meanwhile changes nothing (version consistency). */
  images: Map<string, RegisteredImage>;
};

/** Makes a PRIMARY deployment with the service's settings as they are now; the one before becomes ACTIVE until its tasks are replaced. */
export function startDeployment(
  state: EcsState,
  service: Service,
  { rollbackTo }: { rollbackTo?: Deployment } = {},
): Deployment {
  for (const older of service.deployments) older.status = "ACTIVE";
  const id = `ecs-svc/${digits(state, 19)}`;
  const breaker = service.deploymentConfiguration.deploymentCircuitBreaker?.enable ? "MONITORING" : "DISABLED";
  const deployment: Deployment = {
    id,
    status: "PRIMARY",
    settings: { ...service.settings },
    createdAt: now(state),
    updatedAt: now(state),
    rolloutState: "IN_PROGRESS",
    rolloutStateReason: rollbackTo
      ? `ECS deployment circuit breaker: rolling back to deploymentId ${rollbackTo.id}`
      : `ECS deployment ${id} in progress.`,
    failedTasks: 0,
    breaker,
    rollbackTo,
    rolledBack: false,
    images: rollbackTo?.images ?? new Map(),
  };
  service.deployments = [deployment, ...service.deployments];
  service.history = [deployment, ...service.history];
  service.steady = false;
  recordService(state, service, "deployment");
  return deployment;
}

/** The PRIMARY deployment reached its first steady state: the others end. */
export function completeDeployment(state: EcsState, service: Service): void {
  const primary = primaryOf(service);
  for (const older of service.deployments.slice(1)) {
    older.status = "INACTIVE";
    older.finishedAt ??= now(state);
  }
  service.deployments = [primary];
  finish(state, primary, "COMPLETED", `ECS deployment ${primary.id} completed.`);
  if (primary.breaker === "MONITORING") primary.breaker = "MONITORING_COMPLETE";
  recordService(state, service, "deployment");
}

export function failDeployment(state: EcsState, service: Service, reason: string): void {
  const primary = primaryOf(service);
  finish(state, primary, "FAILED", reason);
  primary.breaker = "TRIGGERED";
  recordService(state, service, "deployment");
}

function finish(state: EcsState, deployment: Deployment, to: "COMPLETED" | "FAILED", reason: string): void {
  deployment.rolloutState = to;
  deployment.rolloutStateReason = reason;
  deployment.updatedAt = now(state);
  deployment.finishedAt = now(state);
}

const digits = ({ world }: EcsState, length: number): string =>
  Array.from({ length }, (_, i) => Math.floor(world.ids.fraction() * (i ? 10 : 9)) + (i ? 0 : 1)).join("");

export const deploymentArn = (service: Service, deployment: Deployment): string =>
  `${service.arn.replace(":service/", ":service-deployment/")}/${idOf(deployment)}`;
export const revisionArn = (service: Service, deployment: Deployment): string =>
  `${service.arn.replace(":service/", ":service-revision/")}/${idOf(deployment.rollbackTo ?? deployment)}`;
const idOf = ({ id }: Deployment): string => id.replace("ecs-svc/", "");
