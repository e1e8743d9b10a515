import { createRoute, z } from "@hono/zod-openapi";
import type { ApiDocument } from "../document.ts";
import { endpoint } from "../endpoint.ts";
import { nobody } from "../openapi.ts";

const route = createRoute({
  method: "get",
  path: "/openapi.json",
  operationId: "openapi",
  tags: ["Open to all"],
  summary: "This document",
  description: "This document.",
  security: nobody,
  responses: {
    200: { description: "OpenAPI 3.1", content: { "application/json": { schema: z.record(z.string(), z.unknown()) } } },
  },
});

export const openapi = (document: () => ApiDocument) =>
  endpoint(route, (c) => c.json(document() as unknown as Record<string, never>, 200));
