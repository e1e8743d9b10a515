import { createRoute } from "@hono/zod-openapi";
import { mayRead } from "../auth/demand.ts";
import type { Dependencies } from "../dependencies.ts";
import { endpoint } from "../endpoint.ts";
import { anyPrincipal, everyRoute, jsonOrText, noParameters, problems, wantsText } from "../openapi.ts";
import { targetsSchema } from "../schemas.ts";
import { targetSummary } from "../target-view.ts";
import { targetsAsText } from "../text/targets.ts";

const route = createRoute({
  method: "get",
  path: "/v1/targets",
  operationId: "listTargets",
  tags: ["Targets"],
  summary: "The targets that the caller may see",
  description: "Each with the operation that holds its lock, if one does.",
  security: anyPrincipal,
  request: { query: noParameters },
  responses: {
    200: { description: "The targets", content: jsonOrText(targetsSchema) },
    ...problems(...everyRoute),
  },
});

export const listTargets = (deps: Dependencies) =>
  endpoint(route, async (c) => {
    const readable = [...deps.configuration.targets.values()].filter((target) => mayRead(c.get("caller"), target));
    const targets = await Promise.all(readable.map((target) => targetSummary(target, deps.store)));
    const json = c.json({ targets }, 200);
    return wantsText(c) ? (c.text(targetsAsText(targets)) as unknown as typeof json) : json;
  });
