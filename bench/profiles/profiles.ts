import type { Profile } from "./profile.ts";

/*
 * Where the numbers come from. "Measured" is a measurement on a real account that somebody published; "documented" is AWS's own text;
 * "assumed" has neither, and says so.
 *
 * rulePropagation      Measured indirectly: an old target group still drew requests 4 to 5 s after its rule was re-pointed
 *                      (kubernetes-sigs/aws-load-balancer-controller #3739), "a few seconds" elsewhere (argoproj/argo-rollouts #4595).
 *                      Plan for 1 to 15 s, and for each address of the load balancer to follow in its own time.
 * schedulerTick        Measured: "has stopped 1 running tasks" and "deregistered" stand about 10 s apart in ECS's service events.
 * provisioning, pull   Measured on Fargate: about 29 s from a replacement's launch to its registration, of a small image. 20 to 40 s for the
 *                      network interface, 20 to 60 s for an image of one to three gigabytes: assumed within what people report.
 * deprovisioning       Measured: STOPPED follows executionStoppedAt by 23 to 24 s on Fargate (fujiwara/tracer's logs, three samples).
 * deregistrationDelay  Documented: 300 s unless somebody changed it, and a target shows `draining` all that time even without a request in flight.
 * healthCheckInterval  Documented: 30 s unless somebody changed it; 10 s is what most templates set.
 * snapshot             Assumed: a minute whatever changed, and 20 s for each gibibyte that changed since the last snapshot. Documented: snapshots
 *                      are incremental, and their time follows what changed.
 * term                 Measured on NocoBase's stock image: its first process is a shell that does not pass SIGTERM on, so ECS always waits for the
 *                      whole stop time-out, 30 s unless the task definition says otherwise (documented). 2 s: an image that passes it on.
 * boot                 Measured on NocoBase: 10 to 20 s until it listens.
 */
const AWS = {
  rulePropagationMinimumMs: 1_000,
  rulePropagationMaximumMs: 5_000,
  schedulerTickMs: 10_000,
  provisioningMs: 20_000,
  pullMs: 20_000,
  deprovisioningMs: 23_000,
  healthCheckIntervalSeconds: 10,
  deregistrationDelaySeconds: 300,
  snapshotMs: 60_000,
  snapshotPerChangedGibibyteMs: 20_000,
} satisfies Profile["aws"];
const DATABASE = { changedGibibytes: 1, changedMeanwhileGibibytes: 0.05 } satisfies Profile["database"];
const NOCOBASE = { bootMs: 12_000, migrationMs: 20_000, termMs: 3_600_000 } satisfies Profile["application"];

export const profiles: readonly Profile[] = [
  {
    name: "small-database",
    says: "Three nodes, a gibibyte changed since last night's snapshot, a migration of twenty seconds",
    nodes: 3,
    aws: AWS,
    database: DATABASE,
    application: NOCOBASE,
  },
  {
    name: "large-database",
    says: "Three nodes, forty gibibytes changed since last night's snapshot; ours takes a snapshot before the window, as its configuration says",
    nodes: 3,
    aws: { ...AWS, pullMs: 40_000 },
    database: { changedGibibytes: 40, changedMeanwhileGibibytes: 0.5 },
    application: { ...NOCOBASE, migrationMs: 90_000 },
    target: ["snapshot: { warmUp: true }"],
  },
  {
    name: "slow-migration",
    says: "Three nodes, a migration of eight minutes",
    nodes: 3,
    aws: AWS,
    database: DATABASE,
    application: { ...NOCOBASE, migrationMs: 480_000 },
  },
  {
    name: "many-nodes",
    says: "Sixteen nodes, a large image, and rules that take up to fifteen seconds",
    nodes: 16,
    aws: { ...AWS, rulePropagationMaximumMs: 15_000, provisioningMs: 30_000, pullMs: 60_000 },
    database: DATABASE,
    application: NOCOBASE,
  },
  {
    name: "several-services",
    says: "A service of three nodes, one of two workers, and one of two nodes behind a listener of its own, on one database",
    nodes: 3,
    worker: true,
    administration: true,
    aws: AWS,
    database: DATABASE,
    application: NOCOBASE,
  },
  {
    name: "shared-alb",
    says: "Another application has rules before and after the target's on the same listener; the image hears SIGTERM, and is looked at each 30 s",
    nodes: 3,
    neighbour: true,
    aws: { ...AWS, rulePropagationMaximumMs: 15_000, provisioningMs: 40_000, healthCheckIntervalSeconds: 30 },
    database: DATABASE,
    application: { ...NOCOBASE, termMs: 2_000 },
  },
];
