/** A target as it is found, and how long AWS and the application take for things there. Durations are in the unit that their name ends with. */
export type Profile = {
  name: string;
  /** One sentence for people: what is particular about it. */
  says: string;
  /** Nodes of the service behind the load balancer. */
  nodes: number;
  /** A service of two nodes without a load balancer, on the same database. */
  worker?: boolean;
  /** A third service with a listener of its own, on the same database. */
  administration?: boolean;
  /** Another application behind the same listener. */
  neighbour?: boolean;
  aws: {
    rulePropagationMinimumMs: number;
    rulePropagationMaximumMs: number;
    schedulerTickMs: number;
    provisioningMs: number;
    pullMs: number;
    deprovisioningMs: number;
    healthCheckIntervalSeconds: number;
    deregistrationDelaySeconds: number;
    snapshotMs: number;
    snapshotPerChangedGibibyteMs: number;
  };
  database: {
    /** What has changed since the last automated snapshot. */
    changedGibibytes: number;
    /** What changes between a snapshot just before the window and the one inside it. */
    changedMeanwhileGibibytes: number;
  };
  application: {
    /** Time from a container's start until the node listens. */
    bootMs: number;
    migrationMs: number;
    /** Time that every other node spends in an upgrade that has been made already; nothing unless given. */
    upgradeAgainMs?: number;
    /** So much longer than the others the first node that follows takes until it listens; no longer unless given. */
    stragglerMs?: number;
    /** Time from SIGTERM to its end; longer than the stop time-out where it does not hear SIGTERM. */
    termMs: number;
  };
  /** Members of the target in intermission.yml. */
  target?: string[];
};

/** How long requests in flight get to end: `drain.seconds` of a target unless it says otherwise. */
export const DRAIN_SECONDS = 5;
/** What ECS waits after SIGTERM unless the task definition says otherwise. */
export const STOP_TIMEOUT_MS = 30_000;
/** What a node does after its migration before it answers. */
export const READY_AFTER_MIGRATION_MS = 500;

/** How long after its start the node that migrates can be ready, at the earliest. */
export const readyAfterMs = ({ application: { bootMs, migrationMs } }: Profile): number =>
  bootMs + migrationMs + READY_AFTER_MIGRATION_MS;
