import { z } from "zod";
import { dataSchema, procedureSchema } from "../operations/operation.ts";

/** What a request asked for, as far as it was understood: nothing that is secret, and nothing of unbounded length. */
export const askedSchema = z.strictObject({
  what: z.enum(["plan", "start", "decide", "restore", "break-glass", "bypass"]).describe("The kind of request"),
  procedure: procedureSchema.optional(),
  image: z.string().optional().describe("Of an upgrade"),
  version: z.string().optional().describe("Of an upgrade that names no image"),
  of: z.string().optional().describe("The operation that a rollback takes back"),
  decision: z.enum(["proceed", "rollback", "cancel"]).optional(),
  discards: z.string().optional().describe("From when on what visitors wrote may be thrown away"),
  data: dataSchema.optional(),
  comment: z.string().optional(),
  idempotencyKey: z
    .string()
    .optional()
    .describe("The first 16 hexadecimal digits of the key's SHA-256: equal for equal keys"),
});
export type Asked = z.output<typeof askedSchema>;

/** The line of the log for one request: who, from where, what, on which target, and how it ended. docs/audit.md lists the fields from this. */
export const auditEventSchema = z.strictObject({
  level: z.enum(["info", "warn", "error"]).describe("`warn` where it was refused, `error` where the API failed"),
  message: z.literal("audit"),
  at: z.iso.datetime().describe("When it was answered"),
  requestId: z.string().describe("API Gateway's id of the request, also in the problem that was answered"),
  outcome: z.enum(["accepted", "refused"]),
  method: z.string(),
  path: z
    .string()
    .describe("Without the query, in which links to the live page carry their key; 300 characters at most"),
  status: z.number().int().describe("The status of the answer"),
  sourceIp: z.string().optional().describe("Who connected to API Gateway; headers that say otherwise are not believed"),
  userAgent: z.string().optional().describe("What the client calls itself; 200 characters at most"),
  identity: z
    .strictObject({
      kind: z.enum(["github", "iam"]),
      id: z.string().describe("The repository, the role or the user: the same for each run and each session"),
      name: z.string().describe("For people: the repository and the actor, or the role and the session"),
      details: z
        .record(z.string(), z.string())
        .describe("The claims of the token that say who, which run and which code; or the signer's ARN and session"),
    })
    .optional()
    .describe("Who asked, where that was proven"),
  target: z.string().optional().describe("The target, where it exists and the caller may see it"),
  operation: z.string().optional().describe("The operation that was asked about, or was started"),
  asked: askedSchema.optional(),
  problem: z.string().optional().describe("The code of the problem that was answered (problems.md)"),
  detail: z.string().optional().describe("What was wrong; 500 characters at most"),
});
export type AuditEvent = z.output<typeof auditEventSchema>;
