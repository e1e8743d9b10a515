import { createRoute } from "@hono/zod-openapi";
import { z } from "zod";
import { isActive } from "../../operations/operation.ts";
import { BYPASS_HEADER } from "../../procedures/conditions.ts";
import { demand } from "../auth/demand.ts";
import type { Dependencies } from "../dependencies.ts";
import { endpoint, operationPath } from "../endpoint.ts";
import { anyPrincipal, everyRoute, jsonOrText, noParameters, problems, wantsText } from "../openapi.ts";
import { ProblemError } from "../problem.ts";
import { bypassSchema } from "../schemas.ts";

const route = createRoute({
  method: "get",
  path: "/v1/operations/{id}/bypass",
  operationId: "getBypass",
  tags: ["Decisions"],
  summary: "How to reach the application past the page: for who may decide, and audited",
  description: "The header's value is a secret of this operation, and ends with its window.",
  security: anyPrincipal,
  request: { params: operationPath, query: noParameters },
  responses: {
    200: { description: "The header, and a command line with it", content: jsonOrText(bypassSchema) },
    ...problems(...everyRoute, "unknown-operation", "no-bypass"),
  },
});

const preparedSchema = z.object({ prepared: z.object({ bypassSecret: z.string().min(1) }) });

export const bypass = ({ store }: Dependencies) =>
  endpoint(route, async (c) => {
    const [operation, target] = [c.get("operation"), c.get("target")];
    c.set("asked", { what: "bypass" });
    demand(c.get("caller"), target, { do: "decide" });
    if (!isActive(operation.status))
      throw new ProblemError("no-bypass", `The operation ended as ${operation.status}, and its bypass with it.`);
    const { data } = preparedSchema.safeParse(await store.kept(operation.id));
    if (!data) throw new ProblemError("no-bypass", "The operation has not prepared its window yet.");
    c.set("handsOutSecret", true);
    const header = { name: BYPASS_HEADER, value: data.prepared.bypassSecret };
    const curl = `curl --header '${header.name}: ${header.value}' '${target.url}'`;
    const { bypassCidrs: cidrs } = target.loadBalancer;
    const json = c.json({ operation: operation.id, url: target.url, header, cidrs, curl }, 200);
    return wantsText(c) ? (c.text(`${curl}\n`) as unknown as typeof json) : json;
  });
