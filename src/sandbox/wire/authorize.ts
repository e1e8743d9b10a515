import type { AwsError } from "./errors.ts";
import type { Service } from "./service.ts";
import type { Identity } from "./sigv4.ts";

/** Asked about every signed call after its signature and its parameters and before its effect. */
export type Authorize = (call: {
  service: Service;
  operation: string;
  identity: Identity;
  /** As the handler would see them. */
  parameters: unknown;
}) => Refusal | undefined;

/** `lacked` says for people what it was that the caller lacked, as `ACTION on RESOURCE`. */
export type Refusal = { error: AwsError; lacked: string };
