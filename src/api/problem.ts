import { z } from "@hono/zod-openapi";
import { dataSchema, discardSchema } from "../operations/operation.ts";
import { UnreadableRecordError } from "../operations/record.ts";
import { waySchema } from "../operations/ways-on.ts";

type ProblemType = {
  status: 400 | 401 | 403 | 404 | 405 | 409 | 413 | 415 | 422 | 500 | 503;
  title: string;
  fix: string;
};

/** Every problem the API answers with (RFC 9457). The codes are stable: programs compare them, documentation links to them. */
export const problemTypes = {
  unauthenticated: {
    status: 401,
    title: "The request does not say who is asking",
    fix: "Send a GitHub OIDC token as `authorization: Bearer …` to the github endpoint, or sign the request (SigV4) for the operator endpoint.",
  },
  "invalid-token": {
    status: 401,
    title: "The token is not valid",
    fix: "Ask GitHub for a new token, for the audience that this API expects.",
  },
  "not-allowed": {
    status: 403,
    title: "The target's access rules do not allow this",
    fix: "`errors` says which condition failed. The rules are in intermission.yml under `access`.",
  },
  "no-such-route": { status: 404, title: "There is nothing at this address", fix: "`/docs` lists the addresses." },
  "unknown-target": {
    status: 404,
    title: "There is no such target, or it is not for you to know",
    fix: "`GET /v1/targets` lists the targets you may see.",
  },
  "unknown-operation": {
    status: 404,
    title: "There is no such operation, or it is not for you to know",
    fix: "`GET /v1/operations` lists the operations you may see.",
  },
  "method-not-allowed": {
    status: 405,
    title: "This address does not answer this method",
    fix: "The `allow` header lists the methods.",
  },
  "body-too-large": { status: 413, title: "The body is too large", fix: "Send at most 64 KiB." },
  "wrong-content-type": {
    status: 415,
    title: "The body is not declared as JSON",
    fix: "Send `content-type: application/json`; with curl, use `--json`.",
  },
  "invalid-json": { status: 400, title: "The body is not JSON", fix: "Mend the JSON." },
  "invalid-parameter": {
    status: 400,
    title: "A parameter is not valid",
    fix: "`errors` names every parameter that is wrong, what was expected and what was found.",
  },
  "idempotency-key-required": {
    status: 400,
    title: "An operation can only be started under an idempotency key",
    fix: "Send `idempotency-key` with 1 to 255 visible characters, the same one whenever you repeat this very request.",
  },
  "idempotency-key-reused": {
    status: 422,
    title: "The idempotency key belongs to another request",
    fix: "Use a new key for a new request. `operation` is what the first request started, if anything.",
  },
  "invalid-request": {
    status: 422,
    title: "The request is not valid",
    fix: "`errors` points at everything that is wrong, what was expected and what was found.",
  },
  "target-locked": {
    status: 409,
    title: "Another operation is active on the target",
    fix: "Follow or decide the operation in `holder`; start yours when it is over. A held operation is active.",
  },
  "target-frozen": {
    status: 409,
    title: "The target is frozen",
    fix: "Remove `frozen` from the target in intermission.yml.",
  },
  "operation-over": {
    status: 409,
    title: "The operation is over",
    fix: "There is nothing left to decide; start a new operation.",
  },
  "nothing-to-decide": {
    status: 409,
    title: "Nothing would act on this decision now",
    fix: "`ways` lists what can be decided now, and what each of them would do.",
  },
  "another-must-decide": {
    status: 403,
    title: "Somebody else must decide this",
    fix: "Have it decided by whom `detail` names: with their own AWS identity, or in a GitHub run that they begin by hand themselves. Going back to the data as it was needs nobody else.",
  },
  "confirm-discard": {
    status: 409,
    title: "The rollback would throw away what visitors wrote, and the request does not say so",
    fix: "Where these writes may be lost, send `discards` as the problem has it. Otherwise decide something else.",
  },
  "confirm-data": {
    status: 409,
    title: "The rollback would start on the data as it is, and the request does not say so",
    fix: "Find out whether the data was changed, and put it right by hand where it was. Then send `data` as the problem has it. Otherwise decide something else.",
  },
  "invalid-live-link": {
    status: 403,
    title: "The link to a live page is not valid, or not any more",
    fix: "Links end after a day. `live` of `GET /v1/operations/{id}` is a new one.",
  },
  "no-bypass": {
    status: 404,
    title: "There is no way past the page",
    fix: "There is one from when the operation has prepared its window until it is over.",
  },
  "operation-not-settled": {
    status: 409,
    title: "The operation has not come to an end",
    fix: "Follow it with `GET /v1/operations/{id}?wait=20&after=…` and ask again.",
  },
  "identity-provider-unavailable": {
    status: 503,
    title: "The token could not be checked",
    fix: "The identity provider's keys could not be read. Repeat the request.",
  },
  "cloud-unavailable": {
    status: 503,
    title: "AWS did not answer as it should",
    fix: "Repeat the request. `cause.code` is AWS's own error code; AccessDenied means that the API's role lacks a permission.",
  },
  "engine-unavailable": {
    status: 503,
    title: "The runbook could not be reached",
    fix: "What you asked is recorded. Repeat the very same request to have it carried out.",
  },
  "unreadable-record": {
    status: 500,
    title: "A stored record cannot be read",
    fix: "`detail` names the record, and what is wrong with it; nothing was changed. If a newer version wrote it, deploy that version again. Otherwise put the record back, from the table's point-in-time recovery.",
  },
  internal: {
    status: 500,
    title: "The API failed",
    fix: "Repeat the request. If it fails again, look in the function's log for the request id in `instance`.",
  },
} as const satisfies Record<string, ProblemType>;

export type ProblemCode = keyof typeof problemTypes;
export type ProblemStatus<Code extends ProblemCode> = (typeof problemTypes)[Code]["status"];

/** The `type` of a problem: a reference that resolves, against the API's own address, to its section of the documentation page. */
export const problemType = (code: ProblemCode): string => `/docs#${code}`;

export const problemDocumentSchema = z
  .object({
    type: z.string().describe("Identifies the kind of problem; resolves to its documentation"),
    code: z
      .enum(Object.keys(problemTypes) as [ProblemCode, ...ProblemCode[]])
      .describe("The kind of problem, to compare"),
    title: z.string().describe("The kind of problem, in words"),
    status: z.number().int(),
    detail: z.string().describe("What was wrong this time"),
    fix: z.string().describe("What to do about it"),
    instance: z.string().describe("This occurrence: the request's id, as the log has it"),
    errors: z
      .array(
        z.object({
          pointer: z.string().optional().describe("JSON Pointer into the body"),
          parameter: z.string().optional().describe("The query parameter, path parameter or header"),
          claim: z.string().optional().describe("The claim or fact about the caller"),
          message: z.string().describe("Expected and found in one sentence"),
          expected: z.string(),
          found: z.string(),
          hint: z.string().optional(),
        }),
      )
      .optional(),
    holder: z
      .object({ id: z.string(), href: z.string() })
      .optional()
      .describe("The operation that holds the target's lock"),
    operation: z.string().optional().describe("The operation that this is about"),
    ways: z.array(waySchema).optional().describe("What can be decided now, and what each decision would do"),
    discards: discardSchema.optional().describe("What the request must confirm to be thrown away"),
    data: dataSchema.optional(),
    cause: z.object({ code: z.string() }).optional(),
  })
  .openapi("Problem");
export type ProblemDocument = z.output<typeof problemDocumentSchema>;
export type ProblemDetail = NonNullable<ProblemDocument["errors"]>[number];
export type ProblemExtensions = Partial<
  Pick<ProblemDocument, "errors" | "holder" | "operation" | "ways" | "discards" | "data" | "cause">
>;

type Place = Pick<ProblemDetail, "pointer" | "parameter" | "claim">;
export const problemDetail = (
  place: Place,
  wrong: { expected: string; found: string; hint?: string },
): ProblemDetail => ({
  ...place,
  message: `expected ${wrong.expected}, found ${wrong.found}${wrong.hint ? ` (${wrong.hint})` : ""}`,
  expected: wrong.expected,
  found: wrong.found,
  ...(wrong.hint && { hint: wrong.hint }),
});

/** Ends a request with a problem from the table. */
export class ProblemError extends Error {
  override readonly name = "ProblemError";
  readonly code: ProblemCode;
  readonly extensions: ProblemExtensions;
  readonly headers: Record<string, string>;

  constructor(
    code: ProblemCode,
    detail: string,
    options: { extensions?: ProblemExtensions; headers?: Record<string, string>; cause?: unknown } = {},
  ) {
    super(detail, { cause: options.cause });
    this.code = code;
    this.extensions = options.extensions ?? {};
    this.headers = options.headers ?? {};
  }

  toResponse(requestId: string): Response {
    const { status, title, fix } = problemTypes[this.code];
    const document: ProblemDocument = {
      type: problemType(this.code),
      code: this.code,
      title,
      status,
      detail: this.message,
      fix,
      instance: `urn:intermission:request:${requestId}`,
      ...this.extensions,
    };
    return new Response(JSON.stringify(document), {
      status,
      headers: { "content-type": "application/problem+json", ...this.headers },
    });
  }
}

const capitalised = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;

/** Any thrown value as a problem. What AWS says is passed on as its error code only. */
export function problemFrom(thrown: unknown): ProblemError {
  if (thrown instanceof ProblemError) return thrown;
  if (thrown instanceof UnreadableRecordError)
    return new ProblemError("unreadable-record", `${capitalised(thrown.message)}.`, { cause: thrown });
  const name = thrown instanceof Error ? thrown.name : "unknown";
  if (thrown instanceof Error && "$fault" in thrown) {
    return new ProblemError("cloud-unavailable", `AWS answered with ${name}.`, {
      extensions: { cause: { code: name } },
      headers: { "retry-after": "5" },
      cause: thrown,
    });
  }
  return new ProblemError("internal", "Something failed that should not have.", { cause: thrown });
}
