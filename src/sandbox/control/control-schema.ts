import { z } from "zod";

export const eventsParameters = z.strictObject({
  after: z
    .string()
    .regex(/^\d+$/, "expected the seq of an event")
    .transform(Number)
    .optional()
    .describe("Only later events"),
  follow: z
    .enum(["0", "1"])
    .optional()
    .transform((follow) => follow === "1")
    .describe("1: stays and sends every further event as it happens"),
});

export const killSchema = z.union([
  z.strictObject({ function: z.string().min(1).describe("A Lambda function's name: its workers end") }),
  z.strictObject({ task: z.string().min(1).describe("An ECS task's id or ARN: its containers' processes end") }),
  z.strictObject({ spot: z.string().min(1).describe("An ECS task's id or ARN: AWS takes its Spot capacity back") }),
  z.strictObject({ database: z.string().min(1).describe("An RDS instance's identifier: its server crashes") }),
]);
export type KillRequest = z.output<typeof killSchema>;

export const disturbSchema = z.strictObject({
  database: z.string().min(1).describe("The identifier of an RDS instance, or of a cluster"),
  failNextSnapshot: z.boolean().optional().describe("Its next snapshot ends as failed"),
  storageFull: z
    .boolean()
    .optional()
    .describe("The instance is storage-full, so that no snapshot of it can be taken, until its storage is enlarged"),
});
export type DisturbRequest = z.output<typeof disturbSchema>;

export const measureSchema = z.strictObject({
  namespace: z.string().min(1).describe("For example AWS/ECS or AWS/RDS"),
  name: z.string().min(1).describe("For example CPUUtilization or DatabaseConnections"),
  dimensions: z.record(z.string(), z.string()).default({}),
  value: z.number().nullable().describe("What it is from now on; null: there is no data any more"),
});
export type MeasureRequest = z.output<typeof measureSchema>;
