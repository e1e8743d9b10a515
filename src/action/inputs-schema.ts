import { z } from "zod";
import { approvalSchema, decisionSchema, onFailureSchema, restoreModeSchema } from "../operations/operation.ts";
import { durationSchema, durationTextSchema } from "../targets/duration.ts";
import { countsSchema, evenIfSchema } from "./list-inputs.ts";

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

const inWords = (values: readonly string[]) =>
  values.length < 2 ? values.join() : `${values.slice(0, -1).join(", ")} or ${values.at(-1)}`;
/** One of some words, written in any case. */
const oneOf = <const Value extends string>(values: readonly Value[]) =>
  z
    .string()
    .toLowerCase()
    .pipe(z.enum(values, `expected ${inWords(values)}`));
const yesNo = oneOf(["true", "false"]).transform((text) => text === "true");

export const procedureInputs = [
  "upgrade",
  "first-start",
  "maintenance-begin",
  "maintenance-end",
  "rollback",
  "decide",
  "restore",
  "plan",
  "status",
] as const;
export type ProcedureInput = (typeof procedureInputs)[number];
export const plannedInputs = ["upgrade", "first-start", "maintenance", "rollback"] as const;
export type PlannedInput = (typeof plannedInputs)[number];

const timeSchema = z.iso.datetime({
  offset: true,
  error: "expected a time with its offset, such as 2026-01-15T22:00:00+01:00",
});
const wholeNumber = (what: string) =>
  z
    .string()
    .regex(/^[1-9]\d{0,14}$/, `expected ${what}`)
    .transform(Number);

/** The inputs of action.yml, by their names there. An input that was not given is absent. */
export const inputsSchema = z.strictObject({
  "api-url": apiUrlSchema,
  target: z
    .string("expected the name of a target in intermission.yml")
    .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, "expected a target's name: 1 to 63 lower-case letters, digits and hyphens"),
  procedure: z.enum(procedureInputs, `expected one of ${procedureInputs.join(", ")}`).default("upgrade"),
  "plan-of": z.enum(plannedInputs, `expected one of ${plannedInputs.join(", ")}`).default("upgrade"),
  image: z
    .string()
    .regex(/^\S+$/, "expected an image reference without spaces")
    .regex(/:[\w][\w.-]*$|@sha256:[0-9a-f]{64}$/, "expected an image reference with a tag or a digest")
    .optional(),
  version: z
    .string()
    .regex(/^\w[\w.-]{0,127}$/, "expected a tag: 1 to 128 letters, digits and _ . -")
    .optional(),
  "expected-version": z.string().optional(),
  snapshot: oneOf(["required", "none"]).default("required"),
  "on-failure": oneOf(onFailureSchema.options).optional(),
  approval: oneOf(approvalSchema.options).optional(),
  "empty-database": yesNo.default(false),
  counts: countsSchema.optional(),
  "even-if": evenIfSchema.optional(),
  pause: yesNo.default(false),
  traffic: oneOf(["closed", "open"]).default("closed"),
  within: durationTextSchema.optional(),
  otherwise: oneOf(["hold", "rollback"]).optional(),
  "restore-mode": oneOf(restoreModeSchema.options).optional(),
  "operation-id": z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,128}$/, "expected the id of an operation, such as the output operation-id")
    .optional(),
  decision: oneOf(decisionSchema.options).optional(),
  "discards-from": timeSchema.optional(),
  data: oneOf(["as-it-is"]).optional(),
  "not-before": timeSchema.optional(),
  "must-open-by": timeSchema.optional(),
  comment: z.string().max(500, "expected at most 500 characters").optional(),
  audience: z.string().default("intermission"),
  wait: oneOf(["true", "decision", "false"]).default("true"),
  timeout: durationSchema.prefault("2h"),
  "on-cancel": oneOf(["detach", "rollback"]).default("detach"),
  "idempotency-key": z
    .string()
    .regex(/^[\x21-\x7e]{1,255}$/, "expected 1 to 255 printable ASCII characters without spaces")
    .optional(),
  environment: z.string().max(255, "expected the name of an environment: at most 255 characters").optional(),
  deployment: wholeNumber("the id of a deployment, such as the output deployment-id").optional(),
  "pull-request": z
    .union([z.literal("auto"), wholeNumber("")], "expected auto or the number of a pull request")
    .optional(),
  "github-token": z.string().optional(),
});
export type InputName = keyof typeof inputsSchema.shape;
export type InputValues = z.output<typeof inputsSchema>;
export const inputNames = Object.keys(inputsSchema.shape) as InputName[];
