import { createRoute, z } from "@hono/zod-openapi";
import { demand } from "../auth/demand.ts";
import { placeDecision } from "../decide.ts";
import type { Dependencies } from "../dependencies.ts";
import { endpoint, operationPath } from "../endpoint.ts";
import { anyPrincipal, everyBody, everyRoute, jsonOrText, noParameters, problems, wantsText } from "../openapi.ts";
import { decisionRequestSchema, operationHref, operationSchema } from "../schemas.ts";
import { startRunbook, wakeRunbook } from "../start-runbook.ts";
import { operationAsText } from "../text/operation.ts";
import { RETRY_AFTER_SECONDS } from "../wait.ts";

const route = createRoute({
  method: "post",
  path: "/v1/operations/{id}/decisions",
  operationId: "decide",
  summary: "Decides a waiting operation, or cancels a running one",
  description: "Repeated by the same caller, a decision is recorded once.",
  security: anyPrincipal,
  request: {
    params: operationPath,
    query: noParameters,
    body: { required: true, content: { "application/json": { schema: decisionRequestSchema } } },
  },
  responses: {
    202: {
      description: "The decision is recorded, and the operation acts on it within seconds",
      headers: z.object({ location: z.string(), "retry-after": z.string() }),
      content: jsonOrText(operationSchema),
    },
    ...problems(
      ...everyRoute,
      ...everyBody,
      "unknown-operation",
      "operation-over",
      "nothing-to-decide",
      "engine-unavailable",
    ),
  },
});

export const decide = (deps: Dependencies) =>
  endpoint(route, async (c) => {
    const [{ id }, by] = [c.get("operation"), c.get("identity")];
    const { decision, comment } = c.req.valid("json");
    demand(c.get("caller"), c.get("target"), { do: "decide" });
    const { key } = placeDecision(c.get("operation"), await deps.store.events(id), { decision, by });
    const operation = await deps.store.append(id, [{ type: "decided", key, decision, by, comment }]);
    // Recorded first: a runbook that is woken, or wakes by itself, must find it.
    const { callbackId } = await deps.store.control(id);
    if (callbackId !== undefined) await wakeRunbook(id, { ...deps, callbackId });
    // An operation whose request crashed before its start would never act on the decision.
    if (operation.status === "pending") await startRunbook(id, deps);
    c.header("location", operationHref(id));
    c.header("retry-after", String(RETRY_AFTER_SECONDS));
    const json = c.json(operation, 202);
    return wantsText(c) ? (c.text(operationAsText(operation), 202) as unknown as typeof json) : json;
  });
