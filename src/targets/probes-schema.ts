import { z } from "zod";

/** How a probe's answer is judged: by status, by the whole body, or by a member of a JSON body. */
const matchSchema = z.strictObject({
  status: z.array(z.number().int().min(100).max(599)).min(1).optional().describe("The statuses that match"),
  body: z.string().optional().describe("The whole body, white space trimmed"),
  json: z
    .strictObject({
      path: z.string().min(1).describe("Dotted path into the JSON body, such as `error.code`"),
      in: z
        .array(z.union([z.string(), z.number(), z.boolean()]))
        .min(1)
        .optional(),
      pattern: z.string().optional().describe("Regular expression for the member as text"),
    })
    .optional()
    .describe("A member of the JSON body, one of `in` or matching `pattern`"),
});

export const probesSchema = z.strictObject({
  ready: z
    .strictObject({
      path: z.string().startsWith("/").describe("What to ask"),
      match: matchSchema.describe("What the answer must be: all that is given here"),
    })
    .describe("Matches when the node serves"),
  fatal: z
    .array(matchSchema)
    .default([])
    .describe("Answers of the ready probe after which waiting is pointless: the operation fails at once"),
  progress: z
    .strictObject({ json: z.string().min(1) })
    .optional()
    .describe("Dotted path to a progress message in the ready probe's body"),
  version: z
    .strictObject({
      path: z.string().startsWith("/").describe("What to ask"),
      json: z.string().min(1).describe("Dotted path into the JSON body"),
    })
    .optional()
    .describe("Where the application reports its version"),
  consecutive: z.number().int().min(1).max(20).default(3).describe("How many answers in a row count"),
  attemptTimeoutSeconds: z.number().int().min(1).max(60).default(5).describe("How long one answer may take"),
});
export type Probes = z.output<typeof probesSchema>;
export type Match = z.output<typeof matchSchema>;
