import { waitUntilServicesStable, waitUntilTasksStopped } from "@aws-sdk/client-ecs";
import { waitUntilTargetInService } from "@aws-sdk/client-elastic-load-balancing-v2";
import { waitUntilDBSnapshotAvailable } from "@aws-sdk/client-rds";
import type { Means } from "./by-hand.ts";

/** The SDK asks everybody for it, and has none of its own. */
const MAX_WAIT_SECONDS = 3_600;

/** What somebody with TypeScript has: the SDK's own waiters with their own delays, which double up to two minutes, with jitter. */
export const sdkWaiters: Means = {
  async beforeCall() {},
  tasksStopped: ({ ecs: client }, what) => waitUntilTasksStopped({ client, maxWaitTime: MAX_WAIT_SECONDS }, what),
  snapshotAvailable: ({ rds: client }, what) =>
    waitUntilDBSnapshotAvailable({ client, maxWaitTime: MAX_WAIT_SECONDS }, what),
  servicesStable: ({ ecs: client }, what) => waitUntilServicesStable({ client, maxWaitTime: MAX_WAIT_SECONDS }, what),
  targetsInService: ({ elb: client }, what) =>
    waitUntilTargetInService({ client, maxWaitTime: MAX_WAIT_SECONDS }, what),
};
