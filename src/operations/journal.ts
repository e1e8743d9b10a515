import type { Mutation } from "./operation.ts";

/**
 * An entry is written before the mutation it belongs to, so that whoever finds the journal knows everything that may have been done.
 * `undo` is data, not code: the procedure that made the mutation may be gone when it is undone.
 */
export type JournalEntry = { name: string; at: string; mutation: Mutation; undo: Undo; undone?: string };

/** How a mutation is undone. Each is idempotent: applied twice, or to a mutation that never happened, it does no harm. */
export type Undo =
  | {
      kind: "deregister-task-definition";
      family: string;
      /** Of the revisions that the operation registered, those with this role; without it those that it registered for the new version. */
      role?: string;
    }
  | { kind: "delete-rules"; listenerArn: string; role: "closing" | "bypass" }
  | { kind: "restore-priorities"; listenerArn: string; moved: { ruleArn: string; from: number; to: number }[] }
  | {
      kind: "resume-scaling";
      resourceId: string;
      suspended: { in: boolean; out: boolean; scheduled: boolean };
      /** Where the call that suspended had to carry other bounds than the target's. */
      bounds?: { before: Bounds; during: Bounds };
    }
  | { kind: "enable-rule"; bus: string; name: string; state: string; fingerprint: string }
  | { kind: "enable-schedule"; group: string; name: string; fingerprint: string }
  | {
      kind: "restore-service-settings";
      cluster: string;
      service: string;
      settings: ServiceSettings;
      /** The leader ran in this service, under settings of its own: all of them are put back, not only what starts nodes by itself. */
      leader?: { hasLoadBalancer: boolean };
    }
  | { kind: "restore-service"; cluster: string; service: string; desiredCount: number; taskDefinitionArn: string }
  | { kind: "restore-deregistration-delay"; targetGroupArn: string; seconds: number }
  | { kind: "stop-leader"; cluster: string; startedBy: string; family: string }
  | { kind: "delete-snapshot"; of: "instance" | "cluster"; identifier: string }
  | { kind: "deregister-target"; targetGroupArn: string; id: string; port: number }
  | RestoreUndo
  | { kind: "keep"; why: string };

/** How a restore of a database is undone, last first. A database is known by `resourceId`, which a rename keeps. */
export type RestoreUndo =
  /** Gives the database that was put aside its security groups back, whatever its name is by then. */
  | { kind: "unfence"; of: "instance" | "cluster"; identifier: string; resourceId: string; groups: string[] }
  /** Only where its old name is free. */
  | { kind: "rename-back"; of: "instance" | "cluster"; identifier: string; aside: string; resourceId: string }
  /** Only one that this operation restored, that no node has run on, and whose snapshot is there. */
  | {
      kind: "delete-restored";
      of: "instance" | "cluster";
      identifier: string;
      generation: number;
      snapshot: string;
      memberOf?: string;
    };

/** The settings of a service that the window changes, as ECS described them before. */
export type ServiceSettings = {
  deploymentConfiguration: Record<string, unknown>;
  availabilityZoneRebalancing?: string;
  healthCheckGracePeriodSeconds?: number;
};

/** Between which the count of a service scales. */
type Bounds = { min: number; max: number };
