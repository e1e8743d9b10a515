import { createRoute, z } from "@hono/zod-openapi";
import { breakGlass as scriptFor } from "../../break-glass/break-glass.ts";
import { readSituation } from "../../break-glass/read-situation.ts";
import { isActive } from "../../operations/operation.ts";
import { demand } from "../auth/demand.ts";
import type { Dependencies } from "../dependencies.ts";
import { endpoint, operationPath } from "../endpoint.ts";
import { anyPrincipal, everyRoute, noParameters, problems } from "../openapi.ts";
import { ProblemError } from "../problem.ts";

const route = createRoute({
  method: "get",
  path: "/v1/operations/{id}/break-glass",
  operationId: "getBreakGlass",
  tags: ["Decisions"],
  summary: "A shell script that does what `restore` does with the AWS CLI alone",
  description:
    "For when nothing of Intermission can be trusted to run. It is made of the operation's journal and holds no secret. Keep it before you need it: `npm run break-glass` makes the same from DynamoDB, without this API.",
  security: anyPrincipal,
  request: { params: operationPath, query: noParameters },
  responses: {
    200: { description: "The script", content: { "text/plain": { schema: z.string() } } },
    ...problems(...everyRoute, "unknown-operation", "operation-over"),
  },
});

export const breakGlass = ({ store, table }: Dependencies) =>
  endpoint(route, async (c) => {
    const { id, status } = c.get("operation");
    c.set("asked", { what: "break-glass" });
    demand(c.get("caller"), c.get("target"), { do: "restore" });
    if (!isActive(status))
      throw new ProblemError("operation-over", `The operation ended as ${status}: there is nothing to end by hand.`);
    return c.text(scriptFor(await readSituation(store, { table, operation: id })), 200);
  });
