import { z } from "zod";
import { forecastSchema } from "./forecast.ts";
import {
  checkResultSchema,
  dataSchema,
  decisionSchema,
  discardSchema,
  identitySchema,
  mutationSchema,
  nodeSchema,
  operationRequestSchema,
  phaseSchema,
} from "./operation.ts";

/**
 * What happened in an operation, as people and programs read it. The operation's state is a fold of its events (state.ts).
 * `key` makes an append idempotent: a step that runs again appends nothing twice.
 */
const base = { seq: z.number().int().positive(), at: z.iso.datetime(), key: z.string() };
const fact = <Type extends string, Shape extends z.ZodRawShape>(type: Type, shape: Shape) =>
  z.object({ ...base, type: z.literal(type), ...shape });

export const problemSchema = z
  .object({
    code: z.string().describe("Stable, kebab-case"),
    message: z.string().describe("What was expected, what was found"),
    hint: z.string().optional().describe("What to do next"),
    details: z.record(z.string(), z.unknown()).optional(),
  })
  .meta({ id: "OperationProblem" });
export type Problem = z.infer<typeof problemSchema>;

export const missedSchema = z
  .object({
    what: z.string().describe("What did not happen"),
    due: z.array(z.iso.datetime()).describe("When it would have; empty where nobody can say"),
    byHand: z.string().describe("How to do it by hand"),
  })
  .meta({ id: "Missed" });
export type Missed = z.infer<typeof missedSchema>;

/** What an operation waits for people for. `start` and `turn` ask nothing: a time must come, or windows of others must end. */
export const questionSchema = z.enum([
  "start",
  "turn",
  "before-window",
  "before-open",
  "before-scale-out",
  "maintenance",
]);
export type Question = z.infer<typeof questionSchema>;

export const waitingSchema = z
  .object({
    for: questionSchema,
    until: z.iso.datetime().optional().describe("When the time to decide is up"),
    otherwise: z.string().optional().describe("What happens then"),
  })
  .meta({ id: "Waiting" });
export type Waiting = z.infer<typeof waitingSchema>;

export const restoredSchema = z
  .object({
    snapshot: z.string(),
    database: z.string().describe("The identifier of the restored instance or cluster"),
    address: z.string().describe("The host name that leads to it"),
    aside: z.string().optional().describe("The identifier under which the data as it was before the restore is kept"),
    different: z
      .array(z.object({ what: z.string(), before: z.string(), now: z.string() }))
      .describe("What is not as it was, and cannot be or could not be made so"),
    tell: z.array(z.string()).describe("What infrastructure-as-code and people must know from now on"),
  })
  .meta({ id: "Restored" });
export type Restored = z.infer<typeof restoredSchema>;

export const operationEventSchema = z
  .discriminatedUnion("type", [
    fact("requested", { target: z.string(), request: operationRequestSchema, requestedBy: identitySchema }),
    fact("started", { executionArn: z.string().optional() }),
    fact("phase-started", { phase: phaseSchema }),
    fact("phase-finished", { phase: phaseSchema, outcome: z.enum(["done", "failed"]) }),
    fact("check", { check: checkResultSchema }),
    /** How long it will take, by what preflight saw. */
    fact("forecast", { forecast: forecastSchema }),
    /** A mutation, just before it is made. */
    fact("mutation", { mutation: mutationSchema }),
    /** Something worth a line in the log; the application's own progress while it migrates. */
    fact("progress", { phase: phaseSchema, message: z.string() }),
    /** Every address of the load balancer answers with our page. The window begins to count from `closing-started`. */
    fact("closing-started", {}),
    fact("closed", {}),
    /** Somebody may have come past the page since it was last seen to stand. */
    fact("page-was-gone", {}),
    fact("quiet", { stoppedAt: z.iso.datetime() }),
    fact("snapshot-available", { snapshot: z.string(), createdAt: z.iso.datetime() }),
    /** From here on the application's container of the new version may have run. */
    fact("point-of-no-return-passed", { snapshot: z.string().optional() }),
    fact("leader-started", { taskArn: z.string() }),
    fact("verified", { version: z.string().optional(), taskArn: z.string() }),
    fact("opening-started", {}),
    fact("opened", {}),
    fact("nodes", { when: z.enum(["before", "after"]), nodes: z.array(nodeSchema) }),
    /** `for` names the question; nothing is asked where it waits for its `start`. */
    fact("waiting", waitingSchema.shape),
    /** The time that was waited for has come, or the time to decide is up. */
    fact("waited", {}),
    /** Another run goes on with the operation: after it was held, or because the one before may have ended without a word. */
    fact("taken-over", { epoch: z.number().int().positive(), why: z.string() }),
    /** From here on it only goes back: to the data as found where no other version may have touched it, else to a snapshot. */
    fact("going-back", { why: z.string(), snapshot: z.string().optional() }),
    fact("database-restored", restoredSchema.shape),
    /** Acknowledged writes that a decision throws away, by the interval in which they were made. */
    fact("discarded", { from: z.iso.datetime(), to: z.iso.datetime() }),
    fact("decided", {
      decision: decisionSchema,
      by: identitySchema,
      comment: z.string().optional(),
      discards: discardSchema.optional(),
      data: dataSchema.optional(),
    }),
    /** What AWS would have done while the operation held it back, and never makes up for. */
    fact("missed", missedSchema.shape),
    fact("leftover", { what: z.string(), fix: z.string() }),
    fact("held", { problem: problemSchema }),
    fact("finished", { status: z.enum(["succeeded", "rolled-back", "refused"]), problem: problemSchema.optional() }),
  ])
  .meta({ id: "OperationEvent" });
export type OperationEvent = z.infer<typeof operationEventSchema>;
/** An event before it has a place in the log. */
export type OperationFact = OperationEvent extends infer Event
  ? Event extends OperationEvent
    ? Omit<Event, "seq" | "at">
    : never
  : never;
