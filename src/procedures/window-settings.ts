import type { UpdateServiceCommandInput } from "@aws-sdk/client-ecs";
import type { ServiceSettings } from "../operations/journal.ts";

type Configuration = NonNullable<UpdateServiceCommandInput["deploymentConfiguration"]>;
type Settings = Partial<UpdateServiceCommandInput>;

/**
 * What must be off inside the window: a circuit breaker or an alarm that rolls back, and Availability Zone rebalancing, would each start old
 * nodes by themselves. Undefined where nothing needs to change.
 */
export function windowSettings(settings: ServiceSettings): Settings | undefined {
  const { deploymentCircuitBreaker: breaker, alarms, ...percentages } = configurationOf(settings);
  const rollsBack = breaker?.rollback || alarms?.rollback;
  const rebalances = settings.availabilityZoneRebalancing === "ENABLED";
  if (!rollsBack && !rebalances) return undefined;
  return {
    ...(rollsBack && {
      deploymentConfiguration: {
        ...percentages,
        ...(breaker && { deploymentCircuitBreaker: { ...breaker, rollback: false } }),
        ...(alarms && { alarms: { ...alarms, rollback: false } }),
      },
    }),
    ...(rebalances && { availabilityZoneRebalancing: "DISABLED" as const }),
  };
}

/** The request that puts back what the window changed, in the words in which it was described. Thresholds and times are not touched. */
export function restoredSettings(settings: ServiceSettings): Settings {
  const changed = windowSettings(settings);
  return {
    ...(changed?.deploymentConfiguration && { deploymentConfiguration: configurationOf(settings) }),
    ...(changed?.availabilityZoneRebalancing && { availabilityZoneRebalancing: "ENABLED" as const }),
  };
}

/** Always together: whether UpdateService keeps the percentages where only a circuit breaker is given is written nowhere. */
function configurationOf({ deploymentConfiguration }: ServiceSettings): Configuration {
  const { maximumPercent, minimumHealthyPercent, deploymentCircuitBreaker, alarms } =
    deploymentConfiguration as Configuration;
  return {
    ...(maximumPercent !== undefined && { maximumPercent }),
    ...(minimumHealthyPercent !== undefined && { minimumHealthyPercent }),
    ...(deploymentCircuitBreaker && { deploymentCircuitBreaker }),
    ...(alarms && { alarms }),
  };
}
