import * as ecs from "@aws-sdk/client-ecs";
import { awsError } from "../../wire/service.ts";
import { nameOf } from "./checks.ts";
import { findCluster } from "./clusters.ts";
import type { Service } from "./service.ts";
import type { Cluster, EcsState } from "./state.ts";

/** A service by name or ARN, active or not. */
export const lookUpService = (state: EcsState, cluster: Cluster, reference: string): Service | undefined =>
  [...state.services.values()].find(
    (service) => service.cluster === cluster && (service.arn === reference || service.name === nameOf(reference)),
  );

/** Throws ServiceNotFoundException, or ServiceNotActiveException once it is deleted. */
export function findService(state: EcsState, clusterReference: string | undefined, reference: string): Service {
  const service = lookUpService(state, findCluster(state, clusterReference), reference);
  if (!service) throw awsError(ecs.ServiceNotFoundException$, "Service not found.");
  if (service.status !== "ACTIVE") throw awsError(ecs.ServiceNotActiveException$, "Service was not ACTIVE.");
  return service;
}
