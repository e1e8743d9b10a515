import { z } from "zod";
import { durationTextSchema } from "../targets/duration.ts";
import { namesOneImage } from "./image-reference.ts";

/** The procedures that exist. The break-glass one, `restore`, is none of them: it takes over an operation of another. */
export const procedureNames = ["first-start", "upgrade", "maintenance", "rollback"] as const;
export const procedureSchema = z.enum(procedureNames);
export type ProcedureName = z.infer<typeof procedureSchema>;

/**
 * The named stages people see, in the order in which operations go through them. `migrate` is the start of one node that migrates the data,
 * `start` of one that need not; `work` is the time of the people in a maintenance; `put-back` comes only when something went wrong.
 */
export const phaseNames = [
  "preflight",
  "prepare",
  "close",
  "stop",
  "back-up",
  "restore",
  "migrate",
  "start",
  "work",
  "verify",
  "scale-out",
  "open",
  "finish",
  "put-back",
] as const;
export const phaseSchema = z.enum(phaseNames);
export type Phase = z.infer<typeof phaseSchema>;

/**
 * - `pending`: accepted, not begun
 * - `running`: under way
 * - `waiting`: waits for a decision
 * - `held`: stopped on purpose with the page up; needs a person. Still active: the target stays locked
 * - `succeeded`: new version, full count, open
 * - `rolled-back`: old version, old data, full count, open
 * - `refused`: nothing was touched: a preflight check failed, or it was decided before anything began
 */
export const statusSchema = z.enum(["pending", "running", "waiting", "held", "succeeded", "rolled-back", "refused"]);
export type OperationStatus = z.infer<typeof statusSchema>;
export const activeStatuses: readonly OperationStatus[] = ["pending", "running", "waiting", "held"];
export const isActive = (status: OperationStatus): boolean => activeStatuses.includes(status);
/** Nothing more will happen by itself. A held operation has ended in this sense, though it is still active. */
export const isSettled = (status: OperationStatus): boolean => !["pending", "running", "waiting"].includes(status);

/** Whether the public reaches the application: `closing` and `opening` are the moments when some requests do and some do not. */
export const siteSchema = z.enum(["open", "closing", "closed", "opening"]);
export type Site = z.infer<typeof siteSchema>;

export const decisionSchema = z.enum(["proceed", "rollback", "cancel"]);
export type Decision = z.infer<typeof decisionSchema>;

/** Who asked. `id` is stable and comparable; `name` is for people. */
export const identitySchema = z
  .object({
    kind: z.enum(["github", "iam"]),
    id: z.string(),
    name: z.string(),
    /** Claims or request context worth keeping for the audit: run id, actor, ref, session name. */
    details: z.record(z.string(), z.string()).default({}),
  })
  .meta({ id: "Identity" });
export type Identity = z.infer<typeof identitySchema>;

const timeSchema = z.iso.datetime({
  offset: true,
  error: "expected a time with its offset, such as 2026-01-15T22:00:00+01:00",
});

export const onFailureSchema = z.enum(["rollback", "hold"]);

const snapshotSchema = z
  .enum(["required", "none"])
  .default("required")
  .describe("`none` runs without a snapshot: nothing can be restored then");
const onFailure = onFailureSchema
  .optional()
  .describe(
    "What a failure after the point of no return leads to, in the place of the target's: `rollback` restores the database and starts the old version, `hold` keeps the page up and waits for a decision",
  );
const common = {
  notBefore: timeSchema
    .optional()
    .describe(
      "Accepted and checked now, begun then: the site stays open and untouched until this time (ISO 8601 with an offset)",
    ),
  mustOpenBy: timeSchema
    .optional()
    .describe(
      "When the site must be open again (ISO 8601 with an offset): an operation whose forecast goes past it is refused, does not close, and goes back while it can",
    ),
  comment: z.string().max(500).optional().describe("Why, for the receipt"),
};

/** The writes of an interval that somebody knows to be thrown away, named by when it begins. It ends when the page is up again. */
export const discardSchema = z
  .strictObject({ from: timeSchema.describe("The begin of the interval, exactly as the API says it") })
  .meta({ id: "Discard" });
export type Discard = z.infer<typeof discardSchema>;

/** Said by whoever takes it upon himself that what starts may start on the data as it is. */
export const dataSchema = z
  .literal("as-it-is")
  .describe(
    "Takes it upon whoever decides that the version from before may start on the data as it is: it was not changed, or has been put right by hand",
  );
export type DataAcknowledged = z.infer<typeof dataSchema>;

export const approvalSchema = z.enum(["before-window", "before-open"]);
export type Approval = z.infer<typeof approvalSchema>;

export const upgradeRequestSchema = z.strictObject({
  procedure: z.literal("upgrade"),
  image: z
    .string()
    .refine(namesOneImage, "expected an image reference with a tag or a digest")
    .describe("The image to run: a full reference with a tag or digest"),
  expectedVersion: z
    .string()
    .optional()
    .describe("The version the application must report afterwards; by default the image's tag where it is a version"),
  approval: approvalSchema
    .optional()
    .describe(
      "Where this upgrade asks for a decision, besides where the target's configuration does: `before-window`, with the site still open, or `before-open`, with the new version verified and the page still up",
    ),
  snapshot: snapshotSchema,
  onFailure,
  ...common,
});
export type UpgradeRequest = z.infer<typeof upgradeRequestSchema>;

export const firstStartRequestSchema = z.strictObject({
  procedure: z.literal("first-start"),
  database: z
    .literal("empty")
    .optional()
    .describe("Declares that the database is empty: on one that is not, the first node would migrate what it finds"),
  counts: z
    .record(z.string(), z.number().int().min(0).max(1000))
    .optional()
    .describe(
      "How many nodes each service is to have, by its name. By default the least that its scalable target allows, or else 1",
    ),
  evenIf: z
    .array(z.enum(["runs", "has-history", "not-empty"]))
    .default([])
    .describe(
      "What does not refuse it: `runs`, nodes run already (they are stopped); `has-history`, operations of this target succeeded before; `not-empty`, nobody declares the database empty",
    ),
  pause: z
    .boolean()
    .default(false)
    .describe(
      "Wait for a decision once the first node is verified, before the others start: what must be set up by hand on one node, such as Redis adapters, is set up then",
    ),
  snapshot: snapshotSchema,
  onFailure,
  ...common,
});
export type FirstStartRequest = z.infer<typeof firstStartRequestSchema>;

export const maintenanceRequestSchema = z.strictObject({
  procedure: z.literal("maintenance"),
  traffic: z
    .enum(["closed", "open"])
    .default("closed")
    .describe(
      "`open` is for work that users may see: no page, one node serves them meanwhile, and what they write can only be thrown away knowingly",
    ),
  within: durationTextSchema
    .default("1h")
    .describe("How long the work may take until somebody decides; then `otherwise` happens"),
  otherwise: z
    .enum(["hold", "rollback"])
    .default("hold")
    .describe(
      "What happens when the time is up: `hold` raises the alarm and keeps everything as it is, `rollback` restores the snapshot. Never does the site open by itself",
    ),
  snapshot: snapshotSchema,
  onFailure,
  ...common,
});
export type MaintenanceRequest = z.infer<typeof maintenanceRequestSchema>;

export const restoreModeSchema = z.enum(["rename", "repoint"]);
export type RestoreMode = z.infer<typeof restoreModeSchema>;

export const rollbackRequestSchema = z.strictObject({
  procedure: z.literal("rollback"),
  of: z.string().min(1).describe("The operation to take back: the last one that changed the target"),
  restore: restoreModeSchema
    .optional()
    .describe(
      "In the place of the target's: `rename` gives the restored database the name of the present one, which is kept beside it; `repoint` leaves the present one where it is and gives the old version the restored one's address",
    ),
  discards: discardSchema
    .optional()
    .describe(
      "Confirms the writes that are thrown away; without it a rollback of an opened site is refused, and says what to confirm",
    ),
  ...common,
});
export type RollbackRequest = z.infer<typeof rollbackRequestSchema>;

const requestForms = z.discriminatedUnion("procedure", [
  firstStartRequestSchema,
  upgradeRequestSchema,
  maintenanceRequestSchema,
  rollbackRequestSchema,
]);
export type OperationRequest = z.infer<typeof requestForms>;

export const operationRequestSchema = requestForms.superRefine(refuseContradictions).meta({ id: "OperationRequest" });

const upgradeOrderSchema = upgradeRequestSchema.extend({
  image: upgradeRequestSchema.shape.image.optional(),
  version: z
    .string()
    .regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/, "expected a tag: letters, digits and _ . -")
    .optional()
    .describe("In the place of `image`: the tag of the version, in the repository that the target's leader runs now"),
});

/** A request as it may be asked for: an upgrade may name a version in the place of the whole image. */
export const operationOrderSchema = z
  .discriminatedUnion("procedure", [
    firstStartRequestSchema,
    upgradeOrderSchema,
    maintenanceRequestSchema,
    rollbackRequestSchema,
  ])
  .superRefine(refuseContradictions)
  .refine((order) => order.procedure !== "upgrade" || (order.image === undefined) !== (order.version === undefined), {
    path: ["image"],
    error: "expected either image or version, and not both",
    // Said beside whatever else is wrong: a misspelt image is a missing one.
    when: ({ value }) => typeof value === "object" && value !== null,
  });
export type OperationOrder = z.infer<typeof operationOrderSchema>;

type Refinement = { addIssue(issue: { code: "custom"; path: string[]; message: string }): void };
function refuseContradictions(
  request: OperationRequest | z.infer<typeof upgradeOrderSchema>,
  { addIssue }: Refinement,
): void {
  const { notBefore, mustOpenBy } = request;
  if (request.procedure === "maintenance" && request.traffic === "open" && request.otherwise === "rollback")
    addIssue({
      code: "custom",
      path: ["otherwise"],
      message:
        "expected hold where traffic is open: what users write meanwhile is thrown away by nobody but a person who confirms it",
    });
  if (notBefore && mustOpenBy && Date.parse(mustOpenBy) <= Date.parse(notBefore))
    addIssue({ code: "custom", path: ["mustOpenBy"], message: `expected a time after notBefore, ${notBefore}` });
}

export const checkResultSchema = z
  .object({
    name: z.string(),
    outcome: z.enum(["passed", "warned", "failed"]),
    looked: z.string().describe("What it looked at"),
    expected: z.string(),
    found: z.string(),
    fix: z.string().optional().describe("What to do about it"),
  })
  .meta({ id: "CheckResult" });
export type CheckResult = z.infer<typeof checkResultSchema>;

/** One change to the cloud, as the plan announces it and the journal records it. */
export const mutationSchema = z
  .object({
    phase: phaseSchema,
    service: z.string().describe("The AWS service, such as ecs"),
    operation: z.string().describe("The API operation, such as UpdateService"),
    resource: z.string().describe("What it changes, in words or as an ARN"),
    parameters: z
      .record(z.string(), z.unknown())
      .describe("What the API operation is given, in AWS's words; secrets and what is only known later are described"),
    summary: z.string().describe("What it does, for people"),
    inverse: z.string().describe("How it is undone, or why it is not"),
  })
  .meta({ id: "Mutation" });
export type Mutation = z.infer<typeof mutationSchema>;

export const nodeSchema = z
  .object({
    taskArn: z.string(),
    service: z.string(),
    image: z.string(),
    imageDigest: z.string().optional(),
    version: z.string().optional(),
    status: z.string(),
  })
  .meta({ id: "Node" });
export type Node = z.infer<typeof nodeSchema>;
