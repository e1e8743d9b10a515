import { createRoute, z } from "@hono/zod-openapi";
import { newOperationId } from "../../operations/operation-id.ts";
import type { OperationState } from "../../operations/state.ts";
import { answerOf } from "../answer.ts";
import { orderAsked } from "../audit.ts";
import { demand } from "../auth/demand.ts";
import type { Dependencies } from "../dependencies.ts";
import { endpoint, targetPath } from "../endpoint.ts";
import { anyPrincipal, everyBody, everyRoute, jsonOrText, noParameters, problems, wantsText } from "../openapi.ts";
import { requestOf } from "../order.ts";
import { originOf } from "../origin.ts";
import { ProblemError } from "../problem.ts";
import { refuseWhenFrozen } from "../refuse-when-frozen.ts";
import { operationHref, operationSchema, orderSchema } from "../schemas.ts";
import { startRunbook } from "../start-runbook.ts";
import { operationAsText } from "../text/operation.ts";
import { RETRY_AFTER_SECONDS } from "../wait.ts";

const route = createRoute({
  method: "post",
  path: "/v1/targets/{target}/operations",
  operationId: "startOperation",
  tags: ["Operations"],
  summary: "Starts an operation. Repeated with the same key and body, it answers the operation that it started",
  description:
    "The answer comes at once, with the operation's address in `location`; follow it there. At most one operation is active for each target: whoever comes second gets 409 with the holder.",
  security: anyPrincipal,
  request: {
    params: targetPath,
    query: noParameters,
    headers: z.object({
      "idempotency-key": z
        .string()
        .regex(/^[\x21-\x7e]{1,255}$/, "expected 1 to 255 visible ASCII characters")
        .openapi({ description: "Chosen by the caller, one for each operation that shall be; kept for 30 days" }),
    }),
    body: { required: true, content: { "application/json": { schema: orderSchema } } },
  },
  responses: {
    202: {
      description: "The operation was started, now or by an earlier request with the same key",
      headers: z.object({ location: z.string(), "retry-after": z.string() }),
      content: jsonOrText(operationSchema),
    },
    ...problems(
      ...everyRoute,
      ...everyBody,
      "unknown-target",
      "idempotency-key-required",
      "idempotency-key-reused",
      "target-locked",
      "target-frozen",
      "engine-unavailable",
    ),
  },
});

export const startOperation = (deps: Dependencies) =>
  endpoint(route, async (c) => {
    const [target, order, requestedBy] = [c.get("target"), c.req.valid("json"), c.get("identity")];
    const idempotencyKey = c.req.valid("header")["idempotency-key"];
    c.set("asked", orderAsked("start", order, idempotencyKey));
    demand(c.get("caller"), target, { do: "start", procedure: order.procedure });
    refuseWhenFrozen(target);
    const request = await requestOf(order, target, deps);
    const created = await deps.store.create({
      id: newOperationId(deps.clock, deps.ids),
      target: target.name,
      request,
      requestedBy,
      configuration: target,
      idempotencyKey,
    });
    const started = admitted(created);
    c.set("operation", started);
    if (started.status === "pending") await startRunbook(started.id, deps);
    const operation = await answerOf(started, deps);
    c.header("location", operationHref(operation.id));
    c.header("retry-after", String(RETRY_AFTER_SECONDS));
    const json = c.json(operation, 202);
    return wantsText(c) ? (c.text(operationAsText(operation, originOf(c)), 202) as unknown as typeof json) : json;
  });

function admitted(created: Awaited<ReturnType<Dependencies["store"]["create"]>>): OperationState {
  switch (created.outcome) {
    case "created":
    case "repeated":
      return created.operation;
    case "conflicting-key":
      throw new ProblemError("idempotency-key-reused", `The key was first used for operation ${created.operationId}.`, {
        extensions: { operation: created.operationId },
      });
    case "locked": {
      const href = operationHref(created.holder);
      throw new ProblemError("target-locked", `Operation ${created.holder} holds the target.`, {
        extensions: { holder: { id: created.holder, href } },
        headers: { location: href },
      });
    }
  }
}
