import { createRoute } from "@hono/zod-openapi";
import type { Dependencies } from "../dependencies.ts";
import { endpoint, targetPath } from "../endpoint.ts";
import { anyPrincipal, everyRoute, jsonOrText, noParameters, problems, wantsText } from "../openapi.ts";
import { readableOf, summaryOf, type TargetDetail, targetDetailSchema, unreadableOf } from "../schemas.ts";
import { targetSummary } from "../target-view.ts";
import { targetAsText } from "../text/targets.ts";

const LAST_OPERATIONS = 5;

const route = createRoute({
  method: "get",
  path: "/v1/targets/{target}",
  operationId: "getTarget",
  tags: ["Targets"],
  summary: "A target: its configuration, who holds its lock, its last operations and its live state",
  description:
    "Its configuration, the last operations, and what AWS says of its services now. Where AWS cannot be asked, `liveProblem` says why and the rest is answered.",
  security: anyPrincipal,
  request: { params: targetPath, query: noParameters },
  responses: {
    200: { description: "The target", content: jsonOrText(targetDetailSchema) },
    ...problems(...everyRoute, "unknown-target"),
  },
});

export const getTarget = (deps: Dependencies) =>
  endpoint(route, async (c) => {
    const target = c.get("target");
    const { access: _, ...configuration } = target;
    const [summary, listed, live] = await Promise.all([
      targetSummary(target, deps.store),
      deps.store.listEach(target.name, { limit: LAST_OPERATIONS }),
      // Who looks at a target in trouble needs the rest of the answer most when AWS fails.
      deps.planner.describe(target).then(
        (live) => ({ live }),
        (error: unknown) => {
          const name = error instanceof Error ? error.name : String(error);
          deps.log({
            level: "error",
            message: "describing a target failed",
            target: target.name,
            error: String(error),
          });
          return { liveProblem: `The cloud could not be asked: ${name}` };
        },
      ),
    ]);
    const operations = readableOf(listed).map(summaryOf);
    const detail: TargetDetail = { ...summary, configuration, operations, ...unreadableOf(listed), ...live };
    const json = c.json(detail, 200);
    return wantsText(c) ? (c.text(targetAsText(detail)) as unknown as typeof json) : json;
  });
