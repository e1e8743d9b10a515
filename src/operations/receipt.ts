import { z } from "zod";
import { bypassOf, wayPastThePageSchema } from "./bypass.ts";
import { missedSchema, type OperationEvent, problemSchema, restoredSchema } from "./event.ts";
import { forecastSchema } from "./forecast.ts";
import { codeMustSay, infrastructureAsCodeSchema } from "./infrastructure-as-code.ts";
import {
  checkResultSchema,
  dataSchema,
  decisionSchema,
  discardSchema,
  identitySchema,
  mutationSchema,
  nodeSchema,
  operationRequestSchema,
  statusSchema,
} from "./operation.ts";
import type { OperationState } from "./state.ts";

const time = z.iso.datetime();

/** The evidence of an operation that came to an end: who asked for what, what was done, what was decided, what is true now. */
export const receiptSchema = z.object({
  operation: z.string(),
  target: z.string(),
  outcome: statusSchema,
  problem: problemSchema.optional(),
  request: operationRequestSchema,
  requestedBy: identitySchema,
  requestedAt: time,
  endedAt: time,
  decisions: z.array(
    z.object({
      decision: decisionSchema,
      by: identitySchema,
      at: time,
      comment: z.string().optional(),
      discards: discardSchema.optional().describe("The writes that this decision knowingly throws away"),
      data: dataSchema.optional(),
    }),
  ),
  takeovers: z
    .array(z.object({ at: time, epoch: z.number().int(), why: z.string() }))
    .describe("Runs that went on with the operation after another one"),
  bypass: wayPastThePageSchema.optional().describe("How operators reached the nodes past the page"),
  window: z.object({
    closingAt: time.optional().describe("From here on the first visitors saw the page"),
    closedAt: time.optional().describe("From here on all of them did"),
    openingAt: time.optional(),
    openedAt: time.optional().describe("From here on all of them reached the application"),
    downtimeMs: z.number().int().optional().describe("From `closingAt` to `openedAt`"),
  }),
  quietAt: time.optional().describe("When the last old container had stopped"),
  snapshot: z.object({ id: z.string(), createdAt: time }).optional(),
  pointOfNoReturnAt: time.optional(),
  goingBack: z
    .object({ at: time, why: z.string(), snapshot: z.string().optional() })
    .optional()
    .describe("From when on it only went back, and why"),
  restored: restoredSchema.optional().describe("The data that was put in the place of the present"),
  discarded: z
    .array(z.object({ from: time, to: time }))
    .describe("Acknowledged writes that were thrown away knowingly, by when they were made"),
  verifiedVersion: z.string().optional(),
  nodes: z.object({ before: z.array(nodeSchema), after: z.array(nodeSchema) }),
  phases: z.array(
    z.object({
      phase: z.string(),
      startedAt: time,
      finishedAt: time.optional(),
      durationMs: z.number().int().optional(),
    }),
  ),
  checks: z.array(checkResultSchema),
  forecast: forecastSchema.optional(),
  mutations: z.array(mutationSchema),
  missed: z.array(missedSchema).describe("What AWS would have done inside the window, and never makes up for"),
  leftovers: z.array(z.object({ what: z.string(), fix: z.string() })),
  infrastructureAsCode: infrastructureAsCodeSchema.optional(),
});
export type Receipt = z.output<typeof receiptSchema>;

/** The receipt of a settled operation, from nothing but its log. */
export function receiptOf(state: OperationState, events: readonly OperationEvent[]): Receipt {
  const { closingAt, openedAt } = state.window;
  const snapshot = events.findLast((event) => event.type === "snapshot-available");
  const between = (from?: string, to?: string) => (from && to ? Date.parse(to) - Date.parse(from) : undefined);
  return {
    operation: state.id,
    target: state.target,
    outcome: state.status,
    problem: state.problem,
    request: state.request,
    requestedBy: state.requestedBy,
    requestedAt: state.requestedAt,
    endedAt: state.finishedAt ?? state.updatedAt,
    decisions: events
      .filter((event) => event.type === "decided")
      .map(({ decision, by, at, comment, discards, data }) => ({ decision, by, at, comment, discards, data })),
    takeovers: state.takeovers,
    bypass: bypassOf(state),
    window: { ...state.window, downtimeMs: between(closingAt, openedAt) },
    quietAt: events.findLast((event) => event.type === "quiet")?.stoppedAt,
    snapshot: snapshot && { id: snapshot.snapshot, createdAt: snapshot.createdAt },
    pointOfNoReturnAt: state.pointOfNoReturnAt,
    goingBack: state.goingBack,
    restored: state.restored,
    discarded: state.discarded,
    verifiedVersion: state.verifiedVersion,
    nodes: state.nodes,
    phases: state.phases.map(({ phase, startedAt, finishedAt }) => ({
      phase,
      startedAt,
      finishedAt,
      durationMs: between(startedAt, finishedAt),
    })),
    checks: state.checks,
    forecast: state.forecast,
    mutations: state.mutations,
    missed: state.missed,
    leftovers: state.leftovers,
    infrastructureAsCode: codeMustSay(state),
  };
}
