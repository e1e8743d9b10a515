import { z } from "zod";

/** Tasks that somebody else than a service starts: what writes to a database behind the back of whoever stops its services. */
export const scheduledTaskSchema = z.strictObject({
  cluster: z.string().describe("One of `clusters`"),
  taskDefinition: z.string().describe("A family under `taskDefinitions`"),
  schedule: z.string().min(1).describe("`rate(5 minutes)`, `cron(0 2 * * ? *)`; with `by: scheduler` also `at(…)`"),
  timezone: z.string().optional().describe("With `by: scheduler`; a rule means UTC"),
  by: z
    .enum(["rule", "scheduler"])
    .default("rule")
    .describe("An EventBridge rule, or a schedule of EventBridge Scheduler"),
  count: z.number().int().min(1).max(10).default(1),
  enabled: z.boolean().default(true),
});
export type ScheduledTaskSeed = z.output<typeof scheduledTaskSchema>;
