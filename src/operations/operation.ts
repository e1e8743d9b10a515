import { z } from "zod";
import { namesOneImage } from "./image-reference.ts";

/** The procedures that exist. `restore` is the break-glass one. */
export const procedureNames = ["upgrade"] as const;
export const procedureSchema = z.enum(procedureNames);
export type ProcedureName = z.infer<typeof procedureSchema>;

/** The named stages people see, in the order an upgrade goes through them. `put-back` and `hold` only when something went wrong. */
export const phaseNames = [
  "preflight",
  "prepare",
  "close",
  "stop",
  "back-up",
  "migrate",
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
 * - `refused`: a preflight check failed; nothing was touched
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

export const upgradeRequestSchema = z
  .strictObject({
    procedure: z.literal("upgrade"),
    image: z
      .string()
      .refine(namesOneImage, "expected an image reference with a tag or a digest")
      .describe("The image to run: a full reference with a tag or digest"),
    expectedVersion: z
      .string()
      .optional()
      .describe("The version the application must report afterwards; by default the image's tag where it is a version"),
    snapshot: z
      .enum(["required", "none"])
      .default("required")
      .describe("`none` runs without a snapshot: nothing can be restored then"),
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
  })
  .superRefine(({ notBefore, mustOpenBy }, { addIssue }) => {
    if (notBefore && mustOpenBy && Date.parse(mustOpenBy) <= Date.parse(notBefore))
      addIssue({ code: "custom", path: ["mustOpenBy"], message: `expected a time after notBefore, ${notBefore}` });
  });
export type UpgradeRequest = z.infer<typeof upgradeRequestSchema>;
export const operationRequestSchema = z.discriminatedUnion("procedure", [upgradeRequestSchema]);
export type OperationRequest = z.infer<typeof operationRequestSchema>;

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
