import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { accepts } from "hono/accepts";
import type { ApiEnv } from "./dependencies.ts";
import { type ProblemCode, type ProblemStatus, problemDocumentSchema, problemTypes } from "./problem.ts";

/** Typed apart from its use: written inline it makes the compiler lose the types of the whole route. */
export const anyPrincipal: Record<string, string[]>[] = [{ githubOidc: [] }, { awsSigV4: [] }];
export const nobody: Record<string, string[]>[] = [];

/** For routes that take no parameters, so that a mistyped one is not overlooked. */
export const noParameters = z.strictObject({});

/** A whole number in a query: digits only, where a coercion would take "" for 0 and "0x10" for 16. */
export const wholeNumber = ({ max, describe }: { max: number; describe: string }) =>
  z
    .string()
    .regex(/^\d{1,9}$/, `expected a whole number from 0 to ${max}`)
    .transform(Number)
    .refine((value) => value <= max, `expected a whole number from 0 to ${max}`)
    .openapi({ type: "integer", minimum: 0, maximum: max, description: describe });

/** JSON for programs, and plain text for whoever asks for it. Typed as JSON alone, which is what a typed client asks for. */
export const jsonOrText = <Schema extends z.ZodType>(schema: Schema) =>
  ({ "application/json": { schema }, "text/plain": { schema: z.string() } }) as {
    "application/json": { schema: Schema };
  };

export const wantsText = (c: Context<ApiEnv>): boolean =>
  accepts(c, { header: "Accept", supports: ["application/json", "text/plain"], default: "application/json" }) ===
  "text/plain";

type ProblemResponses<Code extends ProblemCode> = {
  [Status in ProblemStatus<Code>]: {
    description: string;
    content: { "application/problem+json": { schema: typeof problemDocumentSchema } };
  };
};

/** The responses of a route for the problems it can end with. */
export function problems<Code extends ProblemCode>(...codes: Code[]): ProblemResponses<Code> {
  const byStatus = Map.groupBy(codes, (code) => problemTypes[code].status);
  const responses = [...byStatus].map(([status, of]) => [
    status,
    {
      description: of.map((code) => `${problemTypes[code].title} (\`${code}\`)`).join("; "),
      content: { "application/problem+json": { schema: problemDocumentSchema } },
    },
  ]);
  return Object.fromEntries(responses) as ProblemResponses<Code>;
}

/** What every request to `/v1` can end with. */
export const everyRoute = [
  "unauthenticated",
  "invalid-token",
  "not-allowed",
  "invalid-parameter",
  "identity-provider-unavailable",
  "cloud-unavailable",
  "unreadable-record",
  "internal",
] as const;
export const everyBody = ["invalid-json", "wrong-content-type", "body-too-large", "invalid-request"] as const;
