import { createRoute, z } from "@hono/zod-openapi";
import { type OperationStatus, statusSchema } from "../../operations/operation.ts";
import { isOperationId } from "../../operations/operation-id.ts";
import type { OperationState } from "../../operations/state.ts";
import { demand, mayRead, unknownTarget } from "../auth/demand.ts";
import type { Dependencies } from "../dependencies.ts";
import { endpoint } from "../endpoint.ts";
import { anyPrincipal, everyRoute, jsonOrText, problems, wantsText, wholeNumber } from "../openapi.ts";
import { operationsSchema, summaryOf } from "../schemas.ts";
import { operationsAsText } from "../text/operation.ts";

const DEFAULT_LIMIT = 20;
const MOST = 100;

const route = createRoute({
  method: "get",
  path: "/v1/operations",
  operationId: "listOperations",
  tags: ["Operations"],
  summary: "The operations that the caller may see, newest first",
  description: "`next` is there as long as there are older ones.",
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
    // One more than asked for tells whether there is a next page.
    const each = await Promise.all(
      readable.map((target) => newest(deps.store, { target: target.name, status, before, count: limit + 1 })),
    );
    const found = each.flat().toSorted((a, b) => (a.id < b.id ? 1 : -1));
    const operations = found.slice(0, limit).map(summaryOf);
    const last = operations.at(-1);
    const next = last && found.length > limit ? nextPage(c.req.url, last.id) : undefined;
    const json = c.json({ operations, ...(next && { next }) }, 200);
    return wantsText(c) ? (c.text(operationsAsText(operations)) as unknown as typeof json) : json;
  });

async function newest(
  store: Dependencies["store"],
  { target, status, before, count }: { target: string; status?: OperationStatus; before?: string; count: number },
): Promise<OperationState[]> {
  const found: OperationState[] = [];
  let cursor = before;
  for (;;) {
    const page = await store.list(target, { limit: MOST, ...(cursor !== undefined && { before: cursor }) });
    found.push(...page.filter((operation) => status === undefined || operation.status === status));
    cursor = page.at(-1)?.id;
    if (cursor === undefined || found.length >= count) return found.slice(0, count);
  }
}

function nextPage(url: string, before: string): string {
  const { pathname, searchParams } = new URL(url);
  searchParams.set("before", before);
  // Sorted, because some versions of curl sign queries as they are given.
  searchParams.sort();
  return `${pathname}?${searchParams.toString()}`;
}
