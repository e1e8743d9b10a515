import type { UpdateServiceCommandInput } from "@aws-sdk/client-ecs";
import type { ServiceSettings } from "../operations/journal.ts";

type Configuration = NonNullable<UpdateServiceCommandInput["deploymentConfiguration"]>;

/**
 * What must be off inside the window: a circuit breaker or an alarm that rolls back, and Availability Zone rebalancing, would each start old
 * nodes by themselves. Undefined where nothing needs to change.
 */
export function windowSettings({
  deploymentConfiguration,
  availabilityZoneRebalancing,
}: ServiceSettings): Partial<UpdateServiceCommandInput> | undefined {
  const { deploymentCircuitBreaker: breaker, alarms } = deploymentConfiguration as Configuration;
  const configuration: Configuration = {
    ...(breaker?.rollback ? { deploymentCircuitBreaker: { ...breaker, rollback: false } } : {}),
    ...(alarms?.rollback ? { alarms: { ...alarms, rollback: false } } : {}),
  };
  const changes: Partial<UpdateServiceCommandInput> = {
    ...(Object.keys(configuration).length ? { deploymentConfiguration: configuration } : {}),
    ...(availabilityZoneRebalancing === "ENABLED" ? { availabilityZoneRebalancing: "DISABLED" } : {}),
  };
  return Object.keys(changes).length ? changes : undefined;
}

/**
 * The request that puts settings back. UpdateService keeps omitted members of the circuit breaker, so those that the service never set are
 * sent with their documented defaults.
 */
export function restoredSettings({
  deploymentConfiguration,
  availabilityZoneRebalancing,
}: ServiceSettings): Partial<UpdateServiceCommandInput> {
  const { deploymentCircuitBreaker: breaker, alarms } = deploymentConfiguration as Configuration;
  return {
    deploymentConfiguration: {
      ...(breaker
        ? {
            deploymentCircuitBreaker: {
              resetOnHealthyTask: true,
              thresholdConfiguration: { type: "BOUNDED_PERCENT", value: 50 },
              ...breaker,
            },
          }
        : {}),
      ...(alarms ? { alarms } : {}),
    },
    ...(availabilityZoneRebalancing
      ? { availabilityZoneRebalancing: availabilityZoneRebalancing as "ENABLED" | "DISABLED" }
      : {}),
  };
}
