import { type RouteConfig, type RouteHandler, z } from "@hono/zod-openapi";
import type { ApiEnv } from "./dependencies.ts";
import { refuseInvalid } from "./validation.ts";

/** A route with its handler; whatever the route's schemas refuse becomes a problem. */
export const endpoint = <Route extends RouteConfig>(route: Route, handler: RouteHandler<Route, ApiEnv>) => ({
  route,
  handler,
  hook: refuseInvalid(route),
});

export const targetPath = z.object({ target: z.string().openapi({ description: "The target's name" }) });
export const operationPath = z.object({
  id: z.string().openapi({ description: "The operation's id", example: "op-20260115-020000-3f9a2c" }),
});
