import { createRoute } from "@hono/zod-openapi";
import { isSettled } from "../../operations/operation.ts";
import { receiptOf } from "../../operations/receipt.ts";
import type { Dependencies } from "../dependencies.ts";
import { endpoint, operationPath } from "../endpoint.ts";
import { anyPrincipal, everyRoute, jsonOrText, noParameters, problems, wantsText } from "../openapi.ts";
import { ProblemError } from "../problem.ts";
import { receiptSchema } from "../schemas.ts";
import { receiptAsText } from "../text/receipt.ts";
import { RETRY_AFTER_SECONDS } from "../wait.ts";
import { withinAnswer } from "../within-answer.ts";

const route = createRoute({
  method: "get",
  path: "/v1/operations/{id}/receipt",
  operationId: "getReceipt",
  tags: ["Operations"],
  summary: "The evidence of an operation that came to an end, or is held",
  description:
    "Who asked for what, what was done and decided, what is true now, and what infrastructure-as-code must say from now on.",
  security: anyPrincipal,
  request: { params: operationPath, query: noParameters },
  responses: {
    200: { description: "The receipt", content: jsonOrText(receiptSchema) },
    ...problems(...everyRoute, "unknown-operation", "operation-not-settled"),
  },
});

export const getReceipt = (deps: Dependencies) =>
  endpoint(route, async (c) => {
    const operation = c.get("operation");
    if (!isSettled(operation.status)) {
      throw new ProblemError("operation-not-settled", `The operation is ${operation.status}.`, {
        extensions: { operation: operation.id },
        headers: { "retry-after": String(RETRY_AFTER_SECONDS) },
      });
    }
    const receipt = withinAnswer(receiptOf(operation, await deps.store.events(operation.id)));
    const json = c.json(receipt, 200);
    return wantsText(c) ? (c.text(receiptAsText(receipt)) as unknown as typeof json) : json;
  });
