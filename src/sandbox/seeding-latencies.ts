import type { Latencies } from "./cloud/settings.ts";

/**
 * Seeding makes a past, and nobody waits for the past: while it lasts AWS takes as good as no time. The object stays the same, because
 * the services hold it. The answer puts the real latencies back.
 */
export function hurry(latencies: Latencies): () => void {
  const real = structuredClone(latencies);
  Object.assign(latencies.ecs, { schedulerTickMs: 250, provisioningMs: 0, pullMs: 0, deprovisioningMs: 0 });
  Object.assign(latencies.elb, { rulePropagationMinimumMs: 0, rulePropagationMaximumMs: 0, registrationMs: 0 });
  Object.assign(latencies.rds, { instanceMs: 0, clusterMs: 0 });
  return () => {
    Object.assign(latencies.ecs, real.ecs);
    Object.assign(latencies.elb, real.elb);
    Object.assign(latencies.rds, real.rds);
  };
}
