import type { Context } from "hono";
import type { ApiEnv } from "./dependencies.ts";

/**
 * Scheme and host by which the caller reached this API. The adapter for Lambda takes every request for https; API Gateway says in
 * `x-forwarded-proto` what it was. Only ever shown to whoever sent the request.
 */
export function originOf(c: Context<ApiEnv>): string {
  const { protocol, host } = new URL(c.req.url);
  const forwarded = c.req.header("x-forwarded-proto");
  return `${forwarded === "http" || forwarded === "https" ? `${forwarded}:` : protocol}//${host}`;
}
