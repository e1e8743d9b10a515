import { z } from "zod";
import type { Target } from "../targets/schema.ts";
import { checkResultSchema, mutationSchema, type OperationRequest, operationRequestSchema } from "./operation.ts";

/** What an operation would find and do, without doing it. */
export const planSchema = z.object({
  target: z.string(),
  request: operationRequestSchema,
  checks: z.array(checkResultSchema).describe("The preflight checks, as an operation would run them now"),
  mutations: z.array(mutationSchema).describe("Every change to the cloud, in the order it would be made"),
  ok: z.boolean().describe("No check failed: the operation would not be refused"),
});
export type Plan = z.output<typeof planSchema>;

/** Looks at the cloud for a target and changes nothing. */
export type Planner = {
  plan(target: Target, request: OperationRequest): Promise<Plan>;
  /** The target's live state, as JSON. */
  describe(target: Target): Promise<Record<string, unknown>>;
};
