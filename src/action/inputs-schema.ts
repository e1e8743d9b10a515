import { z } from "zod";
import { durationSchema } from "../targets/duration.ts";

const LOOPBACK = /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|\[::1\])$/;

const apiUrlSchema = z.string("expected the URL of the Intermission API").transform((text, check) => {
  const refuse = (message: string) => {
    check.issues.push({ code: "custom", message, input: text });
    return z.NEVER;
  };
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol)) return refuse("expected an https URL");
  if (url.username || url.password) return refuse("expected a URL without a user or password");
  if (url.search || url.hash) return refuse("expected a URL without a query or fragment");
  if (url.protocol === "http:" && !LOOPBACK.test(url.hostname))
    return refuse("expected https: the token that proves who asks must not travel in the clear");
  return url.href.replace(/\/+$/, "");
});

const yesNoSchema = z
  .string()
  .toLowerCase()
  .pipe(z.enum(["true", "false"], "expected true or false"))
  .transform((text) => text === "true");

export const procedureInputs = ["upgrade", "plan", "status"] as const;
export type ProcedureInput = (typeof procedureInputs)[number];

const timeSchema = z.iso.datetime({
  offset: true,
  error: "expected a time with its offset, such as 2026-01-15T22:00:00+01:00",
});

/** The inputs of action.yml, by their names there. An input that was not given is absent. */
export const inputsSchema = z.strictObject({
  "api-url": apiUrlSchema,
  target: z
    .string("expected the name of a target in intermission.yml")
    .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, "expected a target's name: 1 to 63 lower-case letters, digits and hyphens"),
  procedure: z.enum(procedureInputs, `expected one of ${procedureInputs.join(", ")}`).default("upgrade"),
  image: z
    .string()
    .regex(/^\S+$/, "expected an image reference without spaces")
    .regex(/:[\w][\w.-]*$|@sha256:[0-9a-f]{64}$/, "expected an image reference with a tag or a digest")
    .optional(),
  "expected-version": z.string().optional(),
  snapshot: z.enum(["required", "none"], "expected required or none").default("required"),
  "not-before": timeSchema.optional(),
  "must-open-by": timeSchema.optional(),
  comment: z.string().max(500, "expected at most 500 characters").optional(),
  audience: z.string().default("intermission"),
  wait: yesNoSchema.default(true),
  timeout: durationSchema.prefault("2h"),
  "idempotency-key": z
    .string()
    .regex(/^[\x21-\x7e]{1,255}$/, "expected 1 to 255 printable ASCII characters without spaces")
    .optional(),
  "operation-id": z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,128}$/, "expected the id of an operation, such as the output operation-id")
    .optional(),
});
export type InputName = keyof typeof inputsSchema.shape;
export const inputNames = Object.keys(inputsSchema.shape) as InputName[];
