import { z } from "zod";
import { missedSchema, type OperationEvent, problemSchema } from "./event.ts";
import { forecastSchema } from "./forecast.ts";
import {
  checkResultSchema,
  decisionSchema,
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
    z.object({ decision: decisionSchema, by: identitySchema, at: time, comment: z.string().optional() }),
  ),
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
  infrastructureAsCode: z
    .object({ image: z.string() })
    .optional()
    .describe("What the infrastructure's code must say from now on, or its next run puts the old version back"),
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
      .map(({ decision, by, at, comment }) => ({ decision, by, at, comment })),
    window: { ...state.window, downtimeMs: between(closingAt, openedAt) },
    quietAt: events.findLast((event) => event.type === "quiet")?.stoppedAt,
    snapshot: snapshot && { id: snapshot.snapshot, createdAt: snapshot.createdAt },
    pointOfNoReturnAt: state.pointOfNoReturnAt,
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
    infrastructureAsCode: state.status === "succeeded" ? { image: state.request.image } : undefined,
  };
}
