import type { Starter } from "../aws/starter.ts";
import type { Clock } from "../clock.ts";
import type { Identity } from "../operations/operation.ts";
import type { Ids } from "../operations/operation-id.ts";
import type { Planner } from "../operations/plan.ts";
import type { OperationState } from "../operations/state.ts";
import type { OperationStore } from "../operations/store.ts";
import type { Configuration, Target } from "../targets/schema.ts";
import type { Asked } from "./audit-event.ts";
import type { Caller } from "./auth/caller.ts";
import type { VerifyToken } from "./auth/github-token.ts";
import type { ProblemError } from "./problem.ts";

/** All that the API touches of the world. */
export type Dependencies = {
  configuration: Configuration;
  store: OperationStore;
  /** The DynamoDB table of the store, for people who must do without this API. */
  table: string;
  starter: Starter;
  planner: Planner;
  /** Checks a GitHub token and answers its claims. */
  verifyToken: VerifyToken;
  clock: Clock;
  ids: Ids;
  /** Of the software, for `/health`. */
  version: string;
  /** Takes one structured line of the log. */
  log(line: LogLine): void;
};
export type LogLine = { level: "info" | "warn" | "error"; message: string } & Record<string, unknown>;

/** What a request carries along. `target` and `operation` are set, and may be read by the caller, on the routes that name them. */
export type ApiEnv = {
  /** Set by the Lambda adapter from the event, never by the client. */
  Bindings: { requestContext?: unknown };
  Variables: {
    requestId: string;
    caller: Caller;
    identity: Identity;
    target: Target;
    operation: OperationState;
    /** What the request asks for, for the audit: set before it is judged whether the caller may. */
    asked: Asked;
    /** What it was refused with. */
    problem: ProblemError;
    /** The answer is nobody's but the caller's: it is audited, and kept nowhere. */
    handsOutSecret?: true;
  };
};
