import { createRoute, z } from "@hono/zod-openapi";
import { isSettled } from "../../operations/operation.ts";
import { answerOf } from "../answer.ts";
import type { Dependencies } from "../dependencies.ts";
import { endpoint, operationPath } from "../endpoint.ts";
import { linkHour } from "../live/link.ts";
import { anyPrincipal, everyRoute, jsonOrText, problems, wantsText, wholeNumber } from "../openapi.ts";
import { originOf } from "../origin.ts";
import { operationSchema } from "../schemas.ts";
import { operationAsText } from "../text/operation.ts";
import { LONGEST_WAIT_SECONDS, RETRY_AFTER_SECONDS, waitForChange } from "../wait.ts";

export const waitingQuery = z.strictObject({
  after: wholeNumber({
    max: 999_999_999,
    describe: "Answer as soon as the version is above this; by default above the version as it is now",
  }).optional(),
  wait: wholeNumber({
    max: LONGEST_WAIT_SECONDS,
    describe: "How many seconds to wait for that; 0 by default",
  }).optional(),
});

const route = createRoute({
  method: "get",
  path: "/v1/operations/{id}",
  operationId: "getOperation",
  tags: ["Operations"],
  summary: "An operation as it is, or as soon as it changes",
  description: "A failed operation is not a failed request: it is answered with 200 and its status.",
  security: anyPrincipal,
  request: { params: operationPath, query: waitingQuery },
  responses: {
    200: {
      description: "The operation; `retry-after` is there while it goes on",
      headers: z.object({ etag: z.string(), "retry-after": z.string().optional() }),
      content: jsonOrText(operationSchema),
    },
    304: { description: "It is still the version that `if-none-match` names" },
    ...problems(...everyRoute, "unknown-operation"),
  },
});

export const getOperation = (deps: Dependencies) =>
  endpoint(route, async (c) => {
    const { after, wait = 0 } = c.req.valid("query");
    const { signal } = c.req.raw;
    const found = await waitForChange(c.get("operation"), { ...deps, after, waitMs: wait * 1_000, signal });
    // Weak: the JSON and the text of a version share it. The link in both is another one after an hour, and would end in the hands of who holds on.
    const etag = `W/"${found.version}.${linkHour(deps.clock)}"`;
    c.header("etag", etag);
    c.header("vary", "accept, authorization");
    if (!isSettled(found.status)) c.header("retry-after", String(RETRY_AFTER_SECONDS));
    if (matches(c.req.header("if-none-match"), etag)) return c.body(null, 304);
    const operation = await answerOf(found, deps);
    const json = c.json(operation, 200);
    return wantsText(c) ? (c.text(operationAsText(operation, originOf(c))) as unknown as typeof json) : json;
  });

function matches(ifNoneMatch: string | undefined, etag: string): boolean {
  const opaque = (tag: string) => tag.trim().replace(/^W\//, "");
  const tags = (ifNoneMatch ?? "").split(",").map(opaque);
  return tags.includes("*") || tags.includes(opaque(etag));
}
