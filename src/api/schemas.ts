import { z } from "@hono/zod-openapi";
import {
  missedSchema,
  operationEventSchema,
  problemSchema,
  questionSchema,
  restoredSchema,
  waitingSchema,
} from "../operations/event.ts";
import { forecastSchema } from "../operations/forecast.ts";
import type { Listed, ListedOperation } from "../operations/listed.ts";
import {
  checkResultSchema,
  dataSchema,
  decisionSchema,
  discardSchema,
  identitySchema,
  mutationSchema,
  nodeSchema,
  operationOrderSchema,
  operationRequestSchema,
  phaseSchema,
  siteSchema,
  statusSchema,
} from "../operations/operation.ts";
import { planSchema as plan } from "../operations/plan.ts";
import { receiptSchema as receipt } from "../operations/receipt.ts";
import { wordsFor } from "../operations/request-words.ts";
import type { OperationState } from "../operations/state.ts";
import { type Way, waySchema } from "../operations/ways-on.ts";
import type { Omitted } from "./within-answer.ts";

/** The shapes of what the API answers. Unless they are the operations' own, the compiler holds them to those. */
const time = z.iso.datetime();

/** An operation as the API answers it. */
export type AnsweredOperation = OperationState & { decisions: Way[]; live?: string; omitted?: Omitted };

const omitted = z
  .record(z.string(), z.number().int())
  .optional()
  .describe(
    "Where one answer cannot hold everything: how many of the first members of which list are left out. The events have them all",
  );

export const operationSchema = z
  .object({
    id: z.string(),
    target: z.string(),
    request: operationRequestSchema,
    requestedBy: identitySchema,
    requestedAt: time,
    status: statusSchema,
    site: siteSchema.describe("Whether the public reaches the application"),
    version: z.number().int().describe("Goes up with every event; `after` and the ETag are about it"),
    updatedAt: time,
    executionArn: z.string().optional(),
    phases: z.array(
      z.object({
        phase: phaseSchema,
        startedAt: time,
        finishedAt: time.optional(),
        outcome: z.enum(["done", "failed"]).optional(),
      }),
    ),
    checks: z.array(checkResultSchema),
    forecast: forecastSchema.optional(),
    mutations: z.array(mutationSchema),
    progress: z.string().optional().describe("The last thing said about the work under way"),
    sites: z
      .array(z.object({ site: siteSchema, from: time }))
      .describe("From when on the site was what; it was open before"),
    waits: z
      .array(
        z.object({
          for: z.enum([...questionSchema.options, "held"]),
          from: time,
          to: time.optional(),
          decision: decisionSchema.optional(),
          by: z.string().optional(),
        }),
      )
      .describe("When it waited for what, and whose decision ended that; without one the time was up"),
    takeovers: z
      .array(z.object({ at: time, epoch: z.number().int(), why: z.string() }))
      .describe("Runs that went on with the operation after another one"),
    window: z.object({
      closingAt: time.optional(),
      closedAt: time.optional(),
      openingAt: time.optional(),
      openedAt: time.optional(),
    }),
    pointOfNoReturnAt: time.optional(),
    dataSince: time
      .optional()
      .describe(
        "Since when the data may be other than the snapshot's: since the point of no return, or since it was restored",
      ),
    passedSince: time.optional().describe("Since when visitors may have written past a page that was gone"),
    snapshot: z.string().optional(),
    snapshotAt: time.optional().describe("When the snapshot was requested: later writes are not in it"),
    leaderTaskArn: z.string().optional(),
    verifiedVersion: z.string().optional(),
    nodes: z.object({ before: z.array(nodeSchema), after: z.array(nodeSchema) }),
    waitingFor: waitingSchema.optional(),
    decision: z
      .object({
        decision: decisionSchema,
        by: identitySchema,
        at: time,
        comment: z.string().optional(),
        discards: discardSchema.optional(),
        data: dataSchema.optional(),
      })
      .optional(),
    goingBack: z
      .object({ at: time, why: z.string(), snapshot: z.string().optional() })
      .optional()
      .describe("Set from when it only goes back; `snapshot` where other data is put in the present one's place"),
    restored: restoredSchema.optional(),
    discarded: z.array(z.object({ from: time, to: time })).describe("Acknowledged writes thrown away knowingly"),
    missed: z.array(missedSchema),
    leftovers: z.array(z.object({ what: z.string(), fix: z.string() })),
    problem: problemSchema.optional(),
    finishedAt: time.optional(),
    decisions: z.array(waySchema).describe("What can be decided now, and what each decision would do"),
    live: z
      .string()
      .optional()
      .describe(
        "Path and query, below this API's URL, of the page that shows how it goes. Whoever has the link may look at that page for a day",
      ),
    omitted,
  })
  .meta({ id: "Operation" }) satisfies z.ZodType<AnsweredOperation>;

export const operationSummarySchema = z
  .object({
    id: z.string(),
    target: z.string(),
    procedure: z.string(),
    what: z.string().describe("What was asked for, in words"),
    status: statusSchema,
    site: siteSchema,
    requestedBy: z.string(),
    requestedAt: time,
    finishedAt: time.optional(),
    href: z.string(),
  })
  .meta({ id: "OperationSummary" });
export type OperationSummary = z.output<typeof operationSummarySchema>;

export const operationHref = (id: string): string => `/v1/operations/${id}`;

export const summaryOf = (operation: ListedOperation): OperationSummary => ({
  id: operation.id,
  target: operation.target,
  procedure: operation.request.procedure,
  what: wordsFor(operation.request),
  status: operation.status,
  site: operation.site,
  requestedBy: operation.requestedBy.name,
  requestedAt: operation.requestedAt,
  ...(operation.finishedAt && { finishedAt: operation.finishedAt }),
  href: operationHref(operation.id),
});

const unreadableSchema = z
  .array(z.object({ id: z.string(), problem: z.string().describe("Which record, what was expected, what was found") }))
  .optional()
  .describe("Operations that cannot be told of, because one of their records cannot be read");
/** Those of a list that cannot be read, as they are answered; nothing where there are none. */
export const unreadableOf = (listed: readonly Listed[]): { unreadable?: z.output<typeof unreadableSchema> } => {
  const unreadable = listed.flatMap((each) =>
    "unreadable" in each ? [{ id: each.id, problem: each.unreadable.message }] : [],
  );
  return unreadable.length > 0 ? { unreadable } : {};
};
export const readableOf = (listed: readonly Listed[]): ListedOperation[] =>
  listed.flatMap((each) => ("operation" in each ? [each.operation] : []));

export const operationsSchema = z
  .object({
    operations: z.array(operationSummarySchema).describe("Newest first"),
    unreadable: unreadableSchema,
    next: z.string().optional().describe("The address of the next page"),
  })
  .meta({ id: "Operations" });

export const targetSummarySchema = z
  .object({
    name: z.string(),
    app: z.string(),
    url: z.string(),
    frozen: z.string().optional().describe("Why every operation is refused"),
    heldBy: z.object({ id: z.string(), href: z.string() }).optional().describe("The operation that holds the lock"),
    href: z.string(),
  })
  .meta({ id: "TargetSummary" });
export type TargetSummary = z.output<typeof targetSummarySchema>;
export const targetsSchema = z.object({ targets: z.array(targetSummarySchema) }).meta({ id: "Targets" });

export const targetDetailSchema = targetSummarySchema
  .extend({
    configuration: z
      .record(z.string(), z.unknown())
      .describe("As configured, defaults included, access rules left out"),
    operations: z.array(operationSummarySchema).describe("The last ones, newest first"),
    unreadable: unreadableSchema,
    live: z.record(z.string(), z.unknown()).optional().describe("What the cloud says now"),
    liveProblem: z.string().optional().describe("Why the cloud could not be asked"),
  })
  .meta({ id: "Target" });
export type TargetDetail = z.output<typeof targetDetailSchema>;

export const eventsSchema = z
  .object({
    operation: z.string(),
    events: z.array(operationEventSchema),
    version: z
      .number()
      .int()
      .describe("Of the last event here, or of the operation where there is none: ask for what comes after it"),
    more: z
      .boolean()
      .describe("Whether there are later ones already, which one answer could not hold: ask for them at once"),
  })
  .meta({ id: "Events" });

export const decisionRequestSchema = z
  .strictObject({
    decision: decisionSchema,
    comment: z.string().max(500).optional().describe("Why, for the receipt"),
    discards: discardSchema
      .optional()
      .describe("Confirms the writes that a rollback throws away, where visitors have written since the site opened"),
    data: dataSchema.optional(),
  })
  .meta({ id: "DecisionRequest" });

export const restoreRequestSchema = z
  .strictObject({
    comment: z.string().max(500).optional().describe("Why, for the receipt"),
    discards: discardSchema
      .optional()
      .describe("Confirms the writes that going back throws away, where visitors have written since the site opened"),
  })
  .meta({ id: "RestoreRequest" });

export const bypassSchema = z
  .object({
    operation: z.string(),
    url: z.string().describe("Where users reach the application"),
    header: z.object({ name: z.string(), value: z.string().describe("Secret; it ends with the window") }),
    cidrs: z.array(z.string()).describe("From these networks the application is reached without the header"),
    curl: z.string().describe("A command line that asks the application past the page"),
  })
  .meta({ id: "Bypass" });
export type Bypass = z.output<typeof bypassSchema>;

export const diagnosisSchema = z
  .object({
    ok: z.boolean().describe("Every target could be upgraded now, as far as its checks can tell"),
    targets: z.array(
      z.object({
        target: z.string(),
        ok: z.boolean(),
        checks: z.array(checkResultSchema),
        forecast: forecastSchema.optional(),
        problem: z.string().optional().describe("Why the target could not be examined"),
      }),
    ),
  })
  .meta({ id: "Diagnosis" });
export type Diagnosis = z.output<typeof diagnosisSchema>;

export const planSchema = plan.meta({ id: "Plan" });
export const receiptSchema = receipt.extend({ omitted }).meta({ id: "Receipt" });
export const orderSchema = operationOrderSchema.meta({ id: "OperationOrder" });
