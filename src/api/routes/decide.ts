import { createRoute, z } from "@hono/zod-openapi";
import { type TargetsSay, waysOn } from "../../operations/ways-on.ts";
import { answerOf } from "../answer.ts";
import { bodyAsked } from "../audit.ts";
import { demand } from "../auth/demand.ts";
import { placeDecision, refuseWhenDecided } from "../decide.ts";
import type { Dependencies } from "../dependencies.ts";
import { endpoint, operationPath } from "../endpoint.ts";
import { anyPrincipal, everyBody, everyRoute, jsonOrText, noParameters, problems, wantsText } from "../openapi.ts";
import { originOf } from "../origin.ts";
import { decisionRequestSchema, operationHref, operationSchema } from "../schemas.ts";
import { startRunbook, takeOverRunbook, wakeRunbook } from "../start-runbook.ts";
import { operationAsText } from "../text/operation.ts";
import { RETRY_AFTER_SECONDS } from "../wait.ts";

const route = createRoute({
  method: "post",
  path: "/v1/operations/{id}/decisions",
  operationId: "decide",
  tags: ["Decisions"],
  summary: "Decides an operation that waits or is held, or stops one that runs",
  description:
    "What can be decided is in the operation's `decisions`. Where one says `by`, it is for those alone to make. A question is decided once; repeated by the same caller, a decision is recorded once. On a held operation a decision starts another run, which goes on with it.",
  security: anyPrincipal,
  request: {
    params: operationPath,
    query: noParameters,
    body: { required: true, content: { "application/json": { schema: decisionRequestSchema } } },
  },
  responses: {
    202: {
      description: "The decision is recorded, and the operation acts on it",
      headers: z.object({ location: z.string(), "retry-after": z.string() }),
      content: jsonOrText(operationSchema),
    },
    ...problems(
      ...everyRoute,
      ...everyBody,
      "unknown-operation",
      "operation-over",
      "nothing-to-decide",
      "another-must-decide",
      "confirm-discard",
      "confirm-data",
      "engine-unavailable",
    ),
  },
});

export const decide = (deps: Dependencies) =>
  endpoint(route, async (c) => {
    const { store } = deps;
    const [found, by] = [c.get("operation"), c.get("identity")];
    const { id } = found;
    const { comment, ...body } = c.req.valid("json");
    c.set("asked", { what: "decide", decision: body.decision, ...bodyAsked({ comment, ...body }) });
    demand(c.get("caller"), c.get("target"), { do: "decide" });
    const target = (await store.configuration(id)) as TargetsSay;
    const wanted = { ...body, by, target, ways: waysOn(found, target) };
    const { key, discards, data, heldBy } = placeDecision(found, await store.events(id), wanted);
    const { decision } = wanted;
    const decided = await store.append(id, [
      { type: "decided", key, decision, by, comment, ...(discards && { discards }), ...(data && { data }) },
    ]);
    refuseWhenDecided(await store.events(id), { key, ...wanted });
    // Recorded first: a runbook that is woken, or wakes by itself, or takes over, must find it.
    const { callbackId } = await store.control(id);
    if (callbackId !== undefined) await wakeRunbook(id, { ...deps, callbackId });
    // An operation whose request crashed before its start would never act on the decision.
    if (decided.status === "pending") await startRunbook(id, deps);
    if (heldBy !== undefined)
      await takeOverRunbook(id, { ...deps, from: heldBy, why: `${by.name} decided: ${decision}` });
    c.header("location", operationHref(id));
    c.header("retry-after", String(RETRY_AFTER_SECONDS));
    const operation = await answerOf((await store.get(id)) ?? decided, deps);
    const json = c.json(operation, 202);
    return wantsText(c) ? (c.text(operationAsText(operation, originOf(c)), 202) as unknown as typeof json) : json;
  });
