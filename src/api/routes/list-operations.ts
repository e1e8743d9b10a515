import { createRoute, z } from "@hono/zod-openapi";
import type { Listed } from "../../operations/listed.ts";
import { type OperationStatus, statusSchema } from "../../operations/operation.ts";
import { isOperationId } from "../../operations/operation-id.ts";
import type { Target } from "../../targets/schema.ts";
import { demand, mayRead, unknownTarget } from "../auth/demand.ts";
import type { Dependencies } from "../dependencies.ts";
import { endpoint } from "../endpoint.ts";
import { anyPrincipal, everyRoute, jsonOrText, problems, wantsText, wholeNumber } from "../openapi.ts";
import { operationsSchema, readableOf, summaryOf, unreadableOf } from "../schemas.ts";
import { operationsAsText } from "../text/operation.ts";

const DEFAULT_LIMIT = 20;
const MOST = 100;
/** How far one request looks into a target's list for a status. */
const LOOKED_THROUGH = 200;

const route = createRoute({
  method: "get",
  path: "/v1/operations",
  operationId: "listOperations",
  tags: ["Operations"],
  summary: "The operations that the caller may see, newest first",
  description:
    "`next` is there as long as there may be older ones. With `status`, a page may hold fewer than `limit`, even none, and older ones follow all the same.",
  security: anyPrincipal,
  request: {
    query: z.strictObject({
      target: z.string().optional().openapi({ description: "Only of this target" }),
      status: statusSchema.optional().openapi({ description: "Only in this status" }),
      limit: wholeNumber({ max: MOST, describe: `How many at most; ${DEFAULT_LIMIT} unless given` }).optional(),
      before: z
        .string()
        .refine(isOperationId, "expected the id of an operation")
        .optional()
        .openapi({ description: "Only those that are older than this operation" }),
    }),
  },
  responses: {
    200: { description: "The operations", content: jsonOrText(operationsSchema) },
    ...problems(...everyRoute, "unknown-target"),
  },
});

export const listOperations = (deps: Dependencies) =>
  endpoint(route, async (c) => {
    const { target: name, status, before, limit = DEFAULT_LIMIT } = c.req.valid("query");
    const named = name === undefined ? undefined : deps.configuration.targets.get(name);
    if (name !== undefined && !named) throw unknownTarget(name);
    if (named) demand(c.get("caller"), named, { do: "read" });
    const targets = named ? [named] : [...deps.configuration.targets.values()];
    const readable = targets.filter((target) => mayRead(c.get("caller"), target));
    const { page, olderThan } = await newest(readable, { store: deps.store, status, before, limit });
    const next = olderThan === undefined ? undefined : nextPage(c.req.url, olderThan);
    const [operations, unreadable] = [readableOf(page).map(summaryOf), unreadableOf(page)];
    const json = c.json({ operations, ...unreadable, ...(next && { next }) }, 200);
    return wantsText(c)
      ? (c.text(operationsAsText(operations, unreadable.unreadable)) as unknown as typeof json)
      : json;
  });

type Search = { store: Dependencies["store"]; status?: OperationStatus; before?: string; limit: number };

/**
 * The newest of all targets together, and which operation the next page begins after, if there may be one. Each target's list is read so far and no
 * further; where one has more, what is older in the others waits for the next page.
 */
async function newest(
  targets: readonly Target[],
  { store, status, before, limit }: Search,
): Promise<{ page: Listed[]; olderThan?: string }> {
  // One more than asked for tells whether there is a next page.
  const deep = status === undefined ? limit + 1 : Math.max(limit + 1, LOOKED_THROUGH);
  const lists = await Promise.all(targets.map(({ name }) => store.listEach(name, { limit: deep, before })));
  const ends = lists.flatMap((list) => (list.length < deep ? [] : [list.at(-1)!.id]));
  const end = ends.toSorted().at(-1);
  const found = lists
    .flat()
    .filter(({ id }) => end === undefined || id >= end)
    // Whose status nobody knows may have any.
    .filter((each) => status === undefined || "unreadable" in each || each.operation.status === status)
    .toSorted((a, b) => (a.id < b.id ? 1 : -1));
  const page = found.slice(0, limit);
  const olderThan = found.length > limit ? page.at(-1)?.id : end;
  return { page, ...(olderThan !== undefined && { olderThan }) };
}

function nextPage(url: string, before: string): string {
  const { pathname, searchParams } = new URL(url);
  searchParams.set("before", before);
  // Sorted, because some versions of curl sign queries as they are given.
  searchParams.sort();
  return `${pathname}?${searchParams.toString()}`;
}
