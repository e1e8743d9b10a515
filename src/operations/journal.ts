import { z } from "zod";
import { mutationSchema } from "./operation.ts";

/*
 * Strict, because whoever undoes must understand all that an entry says: a member that a newer version has added may change what is to be done.
 * What is to be undone in another way gets a kind of its own.
 */
const undo = <Kind extends string, Shape extends z.ZodRawShape>(kind: Kind, shape: Shape) =>
  z.strictObject({ kind: z.literal(kind), ...shape });

const ofDatabase = z.enum(["instance", "cluster"]);
/** Between which the count of a service scales. */
const bounds = z.strictObject({ min: z.number(), max: z.number() });

/** The settings of a service that the window changes, as ECS described them before. */
const serviceSettingsSchema = z.strictObject({
  deploymentConfiguration: z.record(z.string(), z.unknown()),
  availabilityZoneRebalancing: z.string().optional(),
  healthCheckGracePeriodSeconds: z.number().optional(),
});
export type ServiceSettings = z.output<typeof serviceSettingsSchema>;

/** Gives the database that was put aside its security groups back, whatever its name is by then. */
const unfence = undo("unfence", {
  of: ofDatabase,
  identifier: z.string(),
  resourceId: z.string(),
  groups: z.array(z.string()),
});
/** Only where its old name is free. */
const renameBack = undo("rename-back", {
  of: ofDatabase,
  identifier: z.string(),
  aside: z.string(),
  resourceId: z.string(),
});
/** Only one that this operation restored, that no node has run on, and whose snapshot is there. */
const deleteRestored = undo("delete-restored", {
  of: ofDatabase,
  identifier: z.string(),
  generation: z.number(),
  snapshot: z.string(),
  memberOf: z.string().optional(),
});
/** How a restore of a database is undone, last first. A database is known by `resourceId`, which a rename keeps. */
export type RestoreUndo = z.output<typeof unfence | typeof renameBack | typeof deleteRestored>;

/** How a mutation is undone. Each is idempotent: applied twice, or to a mutation that never happened, it does no harm. */
export const undoSchema = z.discriminatedUnion("kind", [
  undo("deregister-task-definition", {
    family: z.string(),
    /** Of the revisions that the operation registered, those with this role; without it those that it registered for the new version. */
    role: z.string().optional(),
  }),
  undo("delete-rules", { listenerArn: z.string(), role: z.enum(["closing", "bypass"]) }),
  undo("restore-priorities", {
    listenerArn: z.string(),
    moved: z.array(z.strictObject({ ruleArn: z.string(), from: z.number(), to: z.number() })),
  }),
  undo("resume-scaling", {
    resourceId: z.string(),
    suspended: z.strictObject({ in: z.boolean(), out: z.boolean(), scheduled: z.boolean() }),
    /** Where the call that suspended had to carry other bounds than the target's. */
    bounds: z.strictObject({ before: bounds, during: bounds }).optional(),
  }),
  undo("enable-rule", { bus: z.string(), name: z.string(), state: z.string(), fingerprint: z.string() }),
  undo("enable-schedule", { group: z.string(), name: z.string(), fingerprint: z.string() }),
  undo("restore-service-settings", {
    cluster: z.string(),
    service: z.string(),
    settings: serviceSettingsSchema,
    /** The leader ran in this service, under settings of its own: all of them are put back, not only what starts nodes by itself. */
    leader: z.strictObject({ hasLoadBalancer: z.boolean() }).optional(),
  }),
  undo("restore-service", {
    cluster: z.string(),
    service: z.string(),
    desiredCount: z.number(),
    taskDefinitionArn: z.string(),
  }),
  undo("restore-deregistration-delay", { targetGroupArn: z.string(), seconds: z.number() }),
  undo("restore-health-check", {
    targetGroupArn: z.string(),
    times: z.strictObject({
      intervalSeconds: z.number(),
      timeoutSeconds: z.number(),
      healthyThreshold: z.number(),
      unhealthyThreshold: z.number(),
    }),
  }),
  undo("stop-leader", { cluster: z.string(), startedBy: z.string(), family: z.string() }),
  undo("delete-snapshot", { of: ofDatabase, identifier: z.string() }),
  undo("deregister-target", { targetGroupArn: z.string(), id: z.string(), port: z.number() }),
  unfence,
  renameBack,
  deleteRestored,
  undo("keep", { why: z.string() }),
]);
export type Undo = z.output<typeof undoSchema>;

/**
 * An entry is written before the mutation it belongs to, so that whoever finds the journal knows everything that may have been done.
 * `undo` is data, not code: the procedure that made the mutation may be gone when it is undone.
 */
export const journalEntrySchema = z.object({
  name: z.string(),
  at: z.string(),
  mutation: mutationSchema,
  undo: undoSchema,
});
export type JournalEntry = z.output<typeof journalEntrySchema> & { undone?: string };
