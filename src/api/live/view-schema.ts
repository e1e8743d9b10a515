import { z } from "@hono/zod-openapi";
import { questionSchema } from "../../operations/event.ts";
import {
  checkResultSchema,
  dataSchema,
  decisionSchema,
  discardSchema,
  phaseSchema,
  procedureSchema,
  siteSchema,
  statusSchema,
} from "../../operations/operation.ts";

const time = z.iso.datetime();
const seconds = z.number().min(0);

const windowSchema = z.object({
  closesAt: time.optional().describe("When the site is expected to close, as long as it is open"),
  closedSince: time.optional(),
  openedAt: time.optional(),
  expectedAt: time
    .optional()
    .describe("When the site is expected to open, as things are now; absent where nobody can say"),
  forecastAt: time.optional().describe("When it was expected to open by the forecast made before the window"),
  latestAt: time.optional().describe("If every wait takes as long as it may"),
  expectedSeconds: seconds.optional(),
  tookSeconds: seconds.optional(),
  mustOpenBy: time.optional(),
});
export type WindowView = z.output<typeof windowSchema>;

const phaseViewSchema = z.object({
  phase: phaseSchema,
  does: z.string(),
  state: z.enum(["done", "failed", "under-way", "stopped", "to-come"]),
  startedAt: time.optional(),
  tookSeconds: seconds.optional(),
  expectedSeconds: seconds.optional(),
});
export type PhaseView = z.output<typeof phaseViewSchema>;

const nodesViewSchema = z.object({
  asked: z
    .enum(["now", "before", "after"])
    .describe("`now`: the cloud says so; else what the operation saw before or after it"),
  groups: z.array(
    z.object({
      service: z.string(),
      runs: z.string(),
      which: z.enum(["old", "new", "other"]),
      state: z.string(),
      count: z.number().int(),
      alone: z.boolean().describe("It belongs to no service, as the one that migrates"),
    }),
  ),
  services: z.array(z.object({ name: z.string(), wanted: z.number(), running: z.number(), starting: z.number() })),
});
export type NodesView = z.output<typeof nodesViewSchema>;

const messageSchema = z.object({
  seq: z.number().int(),
  at: time,
  kind: z.enum(["milestone", "progress", "change", "trouble"]),
  text: z.string(),
});
export type MessageView = z.output<typeof messageSchema>;

const wayViewSchema = z.object({
  decision: decisionSchema,
  does: z.string(),
  discards: discardSchema.optional(),
  data: dataSchema.optional(),
  by: z.string().optional().describe("Who must decide so, where not everybody may who may decide"),
  workflow: z.string().describe("A step of a workflow that decides so"),
  curl: z.string().describe("A command line that decides so"),
});
export type WayView = z.output<typeof wayViewSchema>;

const askedSchema = z.object({
  question: questionSchema.optional(),
  says: z.string(),
  until: time.optional(),
  otherwise: z.string().optional(),
  ways: z.array(wayViewSchema),
});
export type AskedView = z.output<typeof askedSchema>;

/** What the live page shows of an operation, and nothing that is not for everybody who has its link. */
export const liveViewSchema = z
  .object({
    id: z.string(),
    target: z.string(),
    url: z.string().describe("Where users reach the application"),
    procedure: procedureSchema,
    what: z.string(),
    requestedBy: z.string(),
    requestedAt: time,
    comment: z.string().optional(),
    status: statusSchema,
    site: siteSchema,
    version: z.number().int().describe("Goes up with every event; `after` is about it"),
    now: time.describe("The API's clock"),
    updatedAt: time,
    active: z.boolean().describe("It may still change"),
    phase: phaseSchema.optional().describe("The one under way"),
    title: z.string(),
    headline: z.string(),
    detail: z.string(),
    tone: z.enum(["open", "closed", "asks", "trouble"]),
    progress: z.string().optional().describe("The last thing said about the work under way"),
    window: windowSchema,
    phases: z.array(phaseViewSchema),
    nodes: nodesViewSchema,
    listeners: z.array(z.object({ name: z.string(), closed: z.boolean() })).optional(),
    database: z.object({ identifier: z.string(), status: z.string() }).optional(),
    snapshot: z.object({ name: z.string().optional(), state: z.string() }).optional(),
    cloud: z
      .object({ at: time, problem: z.string().optional(), unread: z.array(z.string()) })
      .optional()
      .describe("When the cloud was asked, and what it could not say"),
    messages: z.array(messageSchema).describe("The last ones, newest first"),
    checks: z.array(checkResultSchema).describe("Failed and warned first"),
    asks: askedSchema.optional(),
    problem: z.object({ message: z.string(), hint: z.string().optional() }).optional(),
    notes: z
      .array(z.object({ what: z.string(), fix: z.string().optional() }))
      .describe("What is left to know and to do"),
    linkEndsAt: time,
  })
  .meta({ id: "LiveView" });
export type LiveView = z.output<typeof liveViewSchema>;
