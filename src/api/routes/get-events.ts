import { createRoute } from "@hono/zod-openapi";
import { isSettled } from "../../operations/operation.ts";
import type { Dependencies } from "../dependencies.ts";
import { endpoint, operationPath } from "../endpoint.ts";
import { anyPrincipal, everyRoute, jsonOrText, problems, wantsText } from "../openapi.ts";
import { eventsSchema } from "../schemas.ts";
import { eventsAsText } from "../text/events.ts";
import { RETRY_AFTER_SECONDS, waitForChange } from "../wait.ts";
import { waitingQuery } from "./get-operation.ts";

/** How many events one answer holds; fewer where they are large. */
const MOST = 1_000;

const route = createRoute({
  method: "get",
  path: "/v1/operations/{id}/events",
  operationId: "getEvents",
  tags: ["Operations"],
  summary: "What happened in an operation, from its begin or after a version",
  description: `For whoever follows along: \`after\` is the number of the last event seen, and \`wait\` lets the API answer as soon as there is another. An answer holds ${MOST} events at most, and fewer where they are large: where it says \`more\`, ask again with its \`version\` as \`after\`.`,
  security: anyPrincipal,
  request: { params: operationPath, query: waitingQuery },
  responses: {
    200: { description: "The events, oldest first", content: jsonOrText(eventsSchema) },
    ...problems(...everyRoute, "unknown-operation"),
  },
});

export const getEvents = (deps: Dependencies) =>
  endpoint(route, async (c) => {
    const { after = 0, wait = 0 } = c.req.valid("query");
    const { signal } = c.req.raw;
    const operation = await waitForChange(c.get("operation"), { ...deps, after, waitMs: wait * 1_000, signal });
    const isNew = operation.version > after;
    const page = { after, until: operation.version, limit: MOST };
    const events = isNew ? await deps.store.eventsBetween(operation.id, page) : [];
    const version = events.at(-1)?.seq ?? operation.version;
    const more = version < operation.version;
    if (more) c.header("retry-after", "0");
    else if (!isSettled(operation.status)) c.header("retry-after", String(RETRY_AFTER_SECONDS));
    const json = c.json({ operation: operation.id, events, version, more }, 200);
    return wantsText(c) ? (c.text(eventsAsText(events, operation.version)) as unknown as typeof json) : json;
  });
