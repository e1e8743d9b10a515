import { createRoute, z } from "@hono/zod-openapi";
import type { Dependencies } from "../dependencies.ts";
import { endpoint } from "../endpoint.ts";
import { nobody, noParameters, problems } from "../openapi.ts";

const route = createRoute({
  method: "get",
  path: "/health",
  operationId: "health",
  tags: ["Open to all"],
  summary: "Whether the API is up, and which version of it",
  description: "Touches nothing else.",
  security: nobody,
  request: { query: noParameters },
  responses: {
    200: {
      description: "It is up",
      content: {
        "application/json": { schema: z.object({ status: z.literal("ok"), version: z.string() }).openapi("Health") },
      },
    },
    ...problems("invalid-parameter"),
  },
});

export const health = ({ version }: Dependencies) =>
  endpoint(route, (c) => c.json({ status: "ok" as const, version }, 200));
