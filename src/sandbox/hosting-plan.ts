import type { PolicyDocument } from "./cloud/iam/policy-document.ts";
import type { FunctionDefinition } from "./cloud/lambda/functions.ts";
import type { HttpApiRoute } from "./front/routes.ts";
import type { Throttle } from "./front/throttle.ts";

/** Intermission's part of an account: what a stack makes, whether it is written down here or read from a template. */
export type HostingPlan = {
  table: string;
  functions: HostedFunction[];
  /** What EventBridge does by itself. */
  rules: HostedRule[];
  /** Who reads the table's stream, and which of its records. */
  stream?: { functionName: string; filters: object[]; batchSize: number };
  buses: string[];
  apis: { name: string; routes: HttpApiRoute[]; throttle?: Throttle }[];
};

/** `environment` is what the function is given besides what Lambda itself puts there. */
export type HostedFunction = FunctionDefinition & {
  role: string;
  /** What its role may do. Without any it may do everything. */
  policies?: PolicyDocument[];
};
export type HostedRule = { name: string; functionName: string; bus?: string } & (
  | { pattern: object }
  | { schedule: string }
);
