import { createRoute } from "@hono/zod-openapi";
import { orderAsked } from "../audit.ts";
import { demand } from "../auth/demand.ts";
import type { Dependencies } from "../dependencies.ts";
import { endpoint, targetPath } from "../endpoint.ts";
import { anyPrincipal, everyBody, everyRoute, jsonOrText, noParameters, problems, wantsText } from "../openapi.ts";
import { requestOf } from "../order.ts";
import { orderSchema, planSchema } from "../schemas.ts";
import { planAsText } from "../text/plan.ts";

const route = createRoute({
  method: "post",
  path: "/v1/targets/{target}/plan",
  operationId: "plan",
  tags: ["Targets"],
  summary: "What an operation would find and do: every check, and every mutation in order. Changes nothing",
  description:
    "Takes what a start takes, looks at the cloud as the operation would, and answers every check, every change in order with what is waited for in between, how long the site will be closed, and what cannot be taken back. A plan whose checks fail is an answer of 200: look at `ok`.",
  security: anyPrincipal,
  request: {
    params: targetPath,
    query: noParameters,
    body: { required: true, content: { "application/json": { schema: orderSchema } } },
  },
  responses: {
    200: {
      description: "The plan; `ok` says whether the operation would pass its checks",
      content: jsonOrText(planSchema),
    },
    ...problems(...everyRoute, ...everyBody, "unknown-target"),
  },
});

export const plan = (deps: Dependencies) =>
  endpoint(route, async (c) => {
    const [target, order] = [c.get("target"), c.req.valid("json")];
    c.set("asked", orderAsked("plan", order));
    demand(c.get("caller"), target, { do: "plan", procedure: order.procedure });
    const planned = await deps.planner.plan(target, await requestOf(order, target, deps));
    const json = c.json(planned, 200);
    return wantsText(c) ? (c.text(planAsText(planned)) as unknown as typeof json) : json;
  });
