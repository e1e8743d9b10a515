import { z } from "zod";
import type { Target } from "../targets/schema.ts";
import { type Forecast, forecastSchema } from "./forecast.ts";
import {
  type CheckResult,
  checkResultSchema,
  mutationSchema,
  type OperationRequest,
  operationRequestSchema,
  phaseSchema,
} from "./operation.ts";

/** Something that is waited for between two changes. */
export const waitSchema = z
  .object({
    phase: phaseSchema,
    until: z.string().describe("What must be true before it goes on"),
    atMostSeconds: z
      .number()
      .int()
      .positive()
      .describe("After that the operation fails, and goes back as far as it may"),
  })
  .meta({ id: "Wait" });
export type Wait = z.output<typeof waitSchema>;

/** What an operation would find and do, without doing it. */
export const planSchema = z.object({
  target: z.string(),
  request: operationRequestSchema,
  checks: z.array(checkResultSchema).describe("The preflight checks, as an operation would run them now"),
  mutations: z.array(mutationSchema).describe("Every change to the cloud, in the order it would be made"),
  waits: z.array(waitSchema).describe("What is waited for, in order, and how long at most"),
  forecast: forecastSchema,
  approvers: z
    .string()
    .optional()
    .describe("By whom it must be decided to go on where it asks or is held, where not everybody may who may decide"),
  irreversible: z.array(z.string()).describe("What cannot be taken back, and from when on"),
  page: z.string().optional().describe("What visitors read while the site is closed, if it closed as forecast"),
  ok: z.boolean().describe("No check failed: the operation would not be refused"),
});
export type Plan = z.output<typeof planSchema>;

/** What would keep an upgrade of the target from being carried out now, whatever it would be upgraded to. */
export type Examination = { checks: CheckResult[]; ok: boolean; forecast: Forecast };

/** Looks at the cloud for a target and changes nothing. */
export type Planner = {
  plan(target: Target, request: OperationRequest): Promise<Plan>;
  /** The preflight of a target by itself. Without an image it is judged with the one that runs, and what is only about a new one is left out. */
  examine(target: Target, options: { image?: string }): Promise<Examination>;
  /** The image of the target's leader, as its task definition names it now; undefined where that cannot be found out. */
  runningImage(target: Target): Promise<string | undefined>;
  /** The target's live state, as JSON. */
  describe(target: Target): Promise<Record<string, unknown>>;
};
