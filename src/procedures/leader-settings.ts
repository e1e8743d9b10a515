import type { UpdateServiceCommandInput } from "@aws-sdk/client-ecs";
import type { ServiceSettings } from "../operations/journal.ts";
import type { ServiceBefore } from "./before.ts";

type Configuration = NonNullable<UpdateServiceCommandInput["deploymentConfiguration"]>;
type Settings = Pick<UpdateServiceCommandInput, "deploymentConfiguration" | "healthCheckGracePeriodSeconds">;
type Of = { settings: ServiceSettings; hasLoadBalancer: boolean };

const HOUR_SECONDS = 3_600;

/** UpdateService keeps members of a circuit breaker that it is not given, so what was never said is said too. */
const BREAKER_DEFAULTS = {
  enable: false,
  rollback: false,
  resetOnHealthyTask: true,
  thresholdConfiguration: { type: "BOUNDED_PERCENT" as const, value: 50 },
};

/**
 * For the one node that migrates in its service: nothing beside it, a deployment that is given up at its first failure and never rolled back,
 * and health checks that are ignored while it migrates (the grace period covers those of load balancers and of containers). A grace period is
 * only taken where there is a load balancer.
 */
export function leaderSettings({ settings, hasLoadBalancer }: Of, migrateTimeoutMs: number): Settings {
  const { alarms } = settings.deploymentConfiguration as Configuration;
  return {
    deploymentConfiguration: {
      maximumPercent: 100,
      minimumHealthyPercent: 0,
      deploymentCircuitBreaker: {
        enable: true,
        rollback: false,
        resetOnHealthyTask: false,
        thresholdConfiguration: { type: "COUNT", value: 1 },
      },
      ...(alarms && { alarms: { ...alarms, rollback: false } }),
    },
    ...(hasLoadBalancer && {
      healthCheckGracePeriodSeconds: Math.ceil(migrateTimeoutMs / 1_000) + HOUR_SECONDS,
    }),
  };
}

/** The same where an account's API does not take a threshold of its own yet: then only the runbook's guard gives up at the first failure. */
export const withoutThreshold = ({ deploymentConfiguration, ...rest }: UpdateServiceCommandInput) => ({
  ...rest,
  deploymentConfiguration: {
    ...deploymentConfiguration,
    deploymentCircuitBreaker: { enable: false, rollback: false },
  },
});

/** What the service had, all of it said. `rollback: false` while the window lasts. */
export function ownSettings({ settings, hasLoadBalancer }: Of, { rollback = true } = {}): Settings {
  const {
    maximumPercent = 200,
    minimumHealthyPercent = 100,
    deploymentCircuitBreaker,
    alarms,
  } = settings.deploymentConfiguration as Configuration;
  return {
    deploymentConfiguration: {
      maximumPercent,
      minimumHealthyPercent,
      deploymentCircuitBreaker: {
        ...BREAKER_DEFAULTS,
        ...deploymentCircuitBreaker,
        ...(rollback ? {} : { rollback: false }),
      },
      ...(alarms && { alarms: rollback ? alarms : { ...alarms, rollback: false } }),
    },
    ...(hasLoadBalancer && { healthCheckGracePeriodSeconds: settings.healthCheckGracePeriodSeconds ?? 0 }),
  };
}

export const settingsOf = ({ settings, loadBalancers }: ServiceBefore): Of => ({
  settings,
  hasLoadBalancer: loadBalancers.length > 0,
});
