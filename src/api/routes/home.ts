import { createRoute, z } from "@hono/zod-openapi";
import { endpoint } from "../endpoint.ts";
import { nobody } from "../openapi.ts";

const TEXT = `Intermission runs the maintenance window of a clustered application.

  /docs           what this API answers
  /openapi.json   the same for programs
  /health         whether it is up
  /v1/targets     where to begin
`;

const route = createRoute({
  method: "get",
  path: "/",
  operationId: "home",
  tags: ["Open to all"],
  summary: "What this is",
  description: "The addresses to begin with.",
  security: nobody,
  responses: { 200: { description: "A few lines", content: { "text/plain": { schema: z.string() } } } },
});

export const home = () => endpoint(route, (c) => c.text(TEXT, 200));
