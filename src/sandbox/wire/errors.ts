import { NormalizedSchema } from "@smithy/core/schema";
import type { StaticErrorSchema } from "@smithy/types";

/** An error as a client package exports it, for example `ServiceNotFoundException$`. */
export type ErrorSchema = StaticErrorSchema;

/** An error on its way to the client: modelled (`awsError`) or one of the codes that the model leaves out (`wireError`). */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;
  readonly schema?: ErrorSchema;
  readonly fields: Record<string, unknown>;

  constructor(
    code: string,
    status: number,
    message: string,
    schema?: ErrorSchema,
    fields: Record<string, unknown> = {},
  ) {
    super(message);
    this.code = code;
    this.status = status;
    this.schema = schema;
    this.fields = fields;
  }
}

/** An error without a shape of its own, such as the ones that every service shares. */
export const wireError = (code: string, status: number, message: string): AwsError =>
  new AwsError(code, status, message);

/** An error that the service's model has; its code and status come from there. `fields` are its members besides the message. */
export function awsError(schema: ErrorSchema, message: string, fields?: Record<string, unknown>): AwsError {
  const traits = NormalizedSchema.of(schema).getMergedTraits();
  const [queryCode, queryStatus] = (traits.awsQueryError ?? []) as [code?: string, status?: number];
  const status = traits.httpError ?? queryStatus ?? (traits.error === "server" ? 500 : 400);
  return new AwsError(queryCode ?? schema[2], Number(status), message, schema, fields);
}
