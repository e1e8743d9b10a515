import type { MiddlewareHandler } from "hono";
import { timestamp } from "../clock.ts";
import type { ApiEnv, Dependencies } from "./dependencies.ts";
import { problemFrom } from "./problem.ts";

/** One line of the log for every request that changes something, hands out a secret or was refused: who, what, on which target, and how it ended. */
export function audit({ log, clock }: Pick<Dependencies, "log" | "clock">): MiddlewareHandler<ApiEnv> {
  return async function auditRequest(c, next) {
    await next();
    const { status } = c.res;
    if (c.req.method !== "POST" && status < 400 && !c.get("handsOutSecret")) return;
    log({
      level: status >= 500 ? "error" : status >= 400 ? "warn" : "info",
      message: "audit",
      at: timestamp(clock),
      requestId: c.get("requestId"),
      outcome: status < 400 ? "accepted" : "refused",
      method: c.req.method,
      path: c.req.path,
      status,
      identity: c.get("identity"),
      target: c.get("target")?.name,
      operation: c.get("operation")?.id,
      problem: c.error ? problemFrom(c.error).code : undefined,
      detail: c.error ? problemFrom(c.error).message : undefined,
    });
  };
}
