import { createRoute, z } from "@hono/zod-openapi";
import { policy } from "../docs/style.ts";
import { docsPage } from "../docs-page.ts";
import type { ApiDocument } from "../document.ts";
import { endpoint } from "../endpoint.ts";
import { nobody } from "../openapi.ts";

const route = createRoute({
  method: "get",
  path: "/docs",
  operationId: "docs",
  tags: ["Open to all"],
  summary: "This API, for people",
  description: "This document as a page that needs no script and no other host.",
  security: nobody,
  responses: { 200: { description: "A page", content: { "text/html": { schema: z.string() } } } },
});

export const docs = (document: () => ApiDocument) =>
  endpoint(route, (c) => {
    c.header("content-security-policy", policy);
    return c.html(docsPage(document()), 200);
  });
