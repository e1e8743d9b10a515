import type * as ecs from "@aws-sdk/client-ecs";
import { invalid } from "./checks.ts";
import type { Service } from "./service.ts";
import type { Capacity, EcsState } from "./state.ts";

/** Throws where a service of the daemon strategy asks for what only a replica service can have. */
export function checkDaemon(input: ecs.CreateServiceRequest | ecs.UpdateServiceRequest, capacity: Capacity): void {
  const unsupported = (what: string) => invalid(`The daemon scheduling strategy does not support ${what}`);
  if (input.desiredCount !== undefined)
    throw unsupported("a desired count for services. Remove the desired count value and try again");
  if (capacity.launchType !== "EC2")
    throw unsupported(`the launch type or capacity ${capacity.launchType ?? "provider"}`);
  if (input.placementStrategy?.length) throw unsupported("placement strategies");
  if ((input.deploymentConfiguration?.maximumPercent ?? 100) > 100)
    throw unsupported("values above 100 for maximumPercent");
}

/** One task on each container instance that takes tasks. */
export const daemonCount = (state: EcsState, { cluster }: Service): number =>
  [...state.instances.values()].filter((instance) => instance.cluster === cluster && instance.status === "ACTIVE")
    .length;
