import { createRoute, z } from "@hono/zod-openapi";
import type { TargetsSay } from "../../operations/ways-on.ts";
import { answerOf } from "../answer.ts";
import { bodyAsked } from "../audit.ts";
import { demand } from "../auth/demand.ts";
import type { Dependencies } from "../dependencies.ts";
import { endpoint, operationPath } from "../endpoint.ts";
import { anyPrincipal, everyBody, everyRoute, jsonOrText, noParameters, problems, wantsText } from "../openapi.ts";
import { originOf } from "../origin.ts";
import { placeRestore } from "../restore.ts";
import { operationHref, operationSchema, restoreRequestSchema } from "../schemas.ts";
import { takeOverRunbook } from "../start-runbook.ts";
import { operationAsText } from "../text/operation.ts";
import { RETRY_AFTER_SECONDS } from "../wait.ts";

const route = createRoute({
  method: "post",
  path: "/v1/operations/{id}/restore",
  operationId: "restore",
  tags: ["Decisions"],
  summary: "Breaks the glass: takes an operation over by force, whether or not its run is alive, and goes back",
  description:
    "Another run takes over, waits one function time-out (120 s) in which the one before may still act, and then works from the journal alone. Before the point of no return it puts everything back; after it, it restores the snapshot, and where there is none (or no fence for the present database) it holds the operation. Once the site has begun to open, going back throws away what visitors wrote: with `discards` that is done, and without it the new run throws nothing away, and goes on to open the site or holds the operation.",
  security: anyPrincipal,
  request: {
    params: operationPath,
    query: noParameters,
    body: { required: true, content: { "application/json": { schema: restoreRequestSchema } } },
  },
  responses: {
    202: {
      description: "Another run takes over; it begins to act after one function time-out",
      headers: z.object({ location: z.string(), "retry-after": z.string() }),
      content: jsonOrText(operationSchema),
    },
    ...problems(
      ...everyRoute,
      ...everyBody,
      "unknown-operation",
      "operation-over",
      "another-must-decide",
      "confirm-discard",
      "engine-unavailable",
    ),
  },
});

export const restore = (deps: Dependencies) =>
  endpoint(route, async (c) => {
    const { store, clock } = deps;
    const [found, by] = [c.get("operation"), c.get("identity")];
    const { id } = found;
    const { comment, discards: given } = c.req.valid("json");
    c.set("asked", { what: "restore", ...bodyAsked({ comment, discards: given }) });
    demand(c.get("caller"), c.get("target"), { do: "restore" });
    const [events, { epoch, configuration }] = await Promise.all([store.events(id), store.control(id)]);
    const { from, rollback, why } = placeRestore(found, events, {
      ...{ by, comment, given, epoch },
      target: configuration as TargetsSay,
      nowMs: clock.now(),
    });
    // Said first: the run that takes over must find it, and the one before may hear it too.
    if (rollback) await store.append(id, [{ type: "decided", decision: "rollback", by, comment, ...rollback }]);
    await takeOverRunbook(id, { ...deps, from, why });
    c.header("location", operationHref(id));
    c.header("retry-after", String(RETRY_AFTER_SECONDS));
    const operation = await answerOf((await store.get(id)) ?? found, deps);
    const json = c.json(operation, 202);
    return wantsText(c) ? (c.text(operationAsText(operation, originOf(c)), 202) as unknown as typeof json) : json;
  });
