import { createHash } from "node:crypto";
import type { Context, MiddlewareHandler } from "hono";
import { z } from "zod";
import { timestamp } from "../clock.ts";
import type { Asked, AuditEvent } from "./audit-event.ts";
import type { ApiEnv, Dependencies } from "./dependencies.ts";

const MOST_PATH = 300;
const MOST_USER_AGENT = 200;
const MOST_DETAIL = 500;

/**
 * One line of the log for every request that changes something, hands out a secret or was refused, wherever that happened: before routing, by
 * the router, by the access rules or by what the operation is. A request that API Gateway refuses itself is in its access log alone.
 */
export function audit({ log, clock }: Pick<Dependencies, "log" | "clock">): MiddlewareHandler<ApiEnv> {
  return async function auditRequest(c, next) {
    await next();
    const { status } = c.res;
    if (c.req.method !== "POST" && status < 400 && !c.get("handsOutSecret")) return;
    log(lineFor(c, { status, at: timestamp(clock) }) satisfies AuditEvent);
  };
}

function lineFor(c: Context<ApiEnv>, { status, at }: { status: number; at: string }): AuditEvent {
  const problem = c.get("problem");
  const [asked, identity] = [c.get("asked"), c.get("identity")];
  const [target, operation] = [c.get("target")?.name, c.get("operation")?.id];
  const [sourceIp, userAgent] = [sourceIpOf(c.env?.requestContext), c.req.header("user-agent")];
  return {
    level: status >= 500 ? "error" : status >= 400 ? "warn" : "info",
    message: "audit",
    at,
    requestId: c.get("requestId"),
    outcome: status < 400 ? "accepted" : "refused",
    method: c.req.method,
    path: c.req.path.slice(0, MOST_PATH),
    status,
    ...(sourceIp && { sourceIp }),
    ...(userAgent && { userAgent: userAgent.slice(0, MOST_USER_AGENT) }),
    ...(identity && { identity }),
    ...(target && { target }),
    ...(operation && { operation }),
    ...(asked && { asked }),
    ...(problem && { problem: problem.code, detail: problem.message.slice(0, MOST_DETAIL) }),
  };
}

const requestContextSchema = z.object({ http: z.object({ sourceIp: z.string().max(64) }) });
function sourceIpOf(requestContext: unknown): string | undefined {
  return requestContextSchema.safeParse(requestContext).data?.http.sourceIp;
}

/** A key may be anything that its caller made up, so the log tells keys apart without repeating them. */
export const hashed = (idempotencyKey: string): string =>
  createHash("sha256").update(idempotencyKey).digest("hex").slice(0, 16);

type Order = { procedure: Asked["procedure"]; image?: string; version?: string; of?: string };
type Body = { comment?: string; discards?: { from: string }; data?: Asked["data"] };

/** What is asked for by the body of a plan or a start. */
export const orderAsked = (what: "plan" | "start", { procedure, ...order }: Order & Body, key?: string): Asked => ({
  what,
  procedure,
  ...(order.image !== undefined && { image: order.image.slice(0, MOST_DETAIL) }),
  ...(order.version !== undefined && { version: order.version }),
  ...(order.of !== undefined && { of: order.of.slice(0, MOST_USER_AGENT) }),
  ...bodyAsked(order),
  ...(key !== undefined && { idempotencyKey: hashed(key) }),
});

/** What else a body may say: why, which writes it gives up, and what it takes upon itself. */
export const bodyAsked = ({ comment, discards, data }: Body): Pick<Asked, "comment" | "discards" | "data"> => ({
  ...(comment !== undefined && { comment }),
  ...(discards && { discards: discards.from }),
  ...(data && { data }),
});
