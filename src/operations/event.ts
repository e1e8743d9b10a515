import { z } from "zod";
import { forecastSchema } from "./forecast.ts";
import {
  checkResultSchema,
  decisionSchema,
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
    fact("quiet", { stoppedAt: z.iso.datetime() }),
    fact("snapshot-available", { snapshot: z.string(), createdAt: z.iso.datetime() }),
    /** From here on the application's container of the new version may have run. */
    fact("point-of-no-return-passed", { snapshot: z.string().optional() }),
    fact("leader-started", { taskArn: z.string() }),
    fact("verified", { version: z.string().optional(), taskArn: z.string() }),
    fact("opening-started", {}),
    fact("opened", {}),
    fact("nodes", { when: z.enum(["before", "after"]), nodes: z.array(nodeSchema) }),
    fact("waiting", { for: z.enum(["approval", "hold", "start"]), until: z.iso.datetime().optional() }),
    /** The time that was waited for has come. */
    fact("waited", {}),
    fact("decided", { decision: decisionSchema, by: identitySchema, comment: z.string().optional() }),
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
