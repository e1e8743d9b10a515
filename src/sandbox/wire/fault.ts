import { type AwsError, wireError } from "./errors.ts";
import { ConnectionCut, pause } from "./messages.ts";
import type { Service } from "./service.ts";

/** What goes wrong with one call. */
export type Fault =
  /** Refused for its rate; no effect. */
  | { fault: "throttle" }
  /** Refused with a 500; no effect. */
  | { fault: "internal-error" }
  /** No effect and no answer: the connection is silent until the caller hangs up, or for `ms`, and then reset. */
  | { fault: "time-out"; ms: number }
  /** No effect: the connection is reset at once. */
  | { fault: "reset" }
  /** Takes effect, but the connection is reset instead of the answer. */
  | { fault: "lost" }
  /** Takes effect at once and is answered after `ms`. */
  | { fault: "slow"; ms: number };

/** Asked once for every call that a service understood. */
export type FaultSource = { take(service: string, operation: string): Fault | undefined };

/** Throws what the caller gets instead of the effect, if anything. */
export function refuse(fault: Fault, service: Service): void {
  switch (fault.fault) {
    case "throttle":
      throw throttled(service);
    case "internal-error":
      throw wireError(INTERNAL_ERRORS[service.id] ?? "InternalFailure", 500, "An internal error occurred.");
    case "time-out":
      throw new ConnectionCut("RequestTimeout", fault.ms);
    case "reset":
      throw new ConnectionCut("ConnectionReset");
    case "lost":
    case "slow":
      return;
  }
}

/** Holds the answer back, or throws ConnectionCut in its place. */
export async function holdBack(fault: Fault, signal?: AbortSignal): Promise<void> {
  if (fault.fault === "slow") await pause(fault.ms, signal);
  if (fault.fault === "lost") throw new ConnectionCut("ConnectionReset");
}

/** The common errors of the query and of the JSON protocols; Lambda has its own (TooManyRequestsException, 429). */
function throttled({ protocol }: Service): AwsError {
  switch (protocol) {
    case "json":
      return wireError("ThrottlingException", 400, "Rate exceeded");
    case "query":
      return wireError("Throttling", 400, "Rate exceeded");
    case "rest":
      return wireError("TooManyRequestsException", 429, "Rate Exceeded.");
  }
}

const INTERNAL_ERRORS: Record<string, string> = {
  ECS: "ServerException",
  ECR: "ServerException",
  "Application Auto Scaling": "InternalServiceException",
  Lambda: "ServiceException",
  DynamoDB: "InternalServerError",
};
