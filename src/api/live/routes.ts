import { createRoute, z } from "@hono/zod-openapi";
import { isActive } from "../../operations/operation.ts";
import { isOperationId } from "../../operations/operation-id.ts";
import type { OperationState } from "../../operations/state.ts";
import type { Target } from "../../targets/schema.ts";
import { waysNow } from "../answer.ts";
import type { Dependencies } from "../dependencies.ts";
import { endpoint, operationPath } from "../endpoint.ts";
import { nobody, problems, wholeNumber } from "../openapi.ts";
import { ProblemError } from "../problem.ts";
import { LONGEST_WAIT_SECONDS, waitForChange } from "../wait.ts";
import { livePage, noSuchLinkPage } from "./document.ts";
import { linkExpiry } from "./link.ts";
import type { LookAt } from "./look.ts";
import type { Markup } from "./markup.ts";
import { body } from "./render/body.ts";
import { liveView } from "./view.ts";
import { type LiveView, liveViewSchema } from "./view-schema.ts";

/** Who opens the page sees it soon, with or without the cloud's word; who follows it can wait longer. */
const FIRST_LOOK_MS = 1_500;
const LOOK_MS = 6_000;

/** Whatever it is: a link that is not right is refused as one, not as a parameter. */
const key = z
  .unknown()
  .transform((given) => (typeof given === "string" ? given : ""))
  .optional()
  .openapi({ type: "string", description: "Signs the link; it comes with `live` of an operation" });
/** Among them are more than the page shows of what happened: checks and the like have a place of their own there. */
const LAST_EVENTS = 200;

const after = ({ version }: OperationState) => Math.max(0, version - LAST_EVENTS);

const page = z.string().openapi({ description: "HTML" });

const pageRoute = createRoute({
  method: "get",
  path: "/live/{id}",
  operationId: "livePage",
  tags: ["Live page"],
  summary: "How an operation goes, as a page for the people who wait",
  description:
    "Its address is what an operation's `live` says. It shows, and changes nothing; whoever has the link may look until it expires.",
  security: nobody,
  // Whoever passes a link on adds parameters of their own, so the others are not looked at.
  request: { params: operationPath, query: z.object({ key }) },
  responses: {
    200: { description: "The page", content: { "text/html": { schema: page } } },
    403: { description: "The link is not valid, or not any more", content: { "text/html": { schema: page } } },
  },
});

const stateRoute = createRoute({
  method: "get",
  path: "/live/{id}/state",
  operationId: "liveState",
  tags: ["Live page"],
  summary: "What the live page shows, as soon as it changes",
  description: "As data, and as the page puts it. The page asks this as long as it is open.",
  security: nobody,
  request: {
    params: operationPath,
    query: z.object({
      key,
      after: wholeNumber({ max: 999_999_999, describe: "Answer as soon as the version is above this" }).optional(),
      wait: wholeNumber({
        max: LONGEST_WAIT_SECONDS,
        describe: "How many seconds to wait for that; 0 by default",
      }).optional(),
    }),
  },
  responses: {
    200: {
      description: "What is known now",
      content: {
        "application/json": {
          schema: z.object({
            view: liveViewSchema,
            page: z.array(z.unknown()).describe("The same, as the page writes it"),
          }),
        },
      },
    },
    ...problems("invalid-live-link", "invalid-parameter", "unreadable-record", "internal"),
  },
});

type Watched = { state: OperationState; target: Target; linkEndsAtMs: number };

/** The operation of a link that is good; undefined for every other, whatever is wrong with it. */
async function watched(deps: Dependencies, id: string, signed = ""): Promise<Watched | undefined> {
  const linkEndsAtMs = isOperationId(id) ? await linkExpiry(id, signed, deps) : undefined;
  const state = linkEndsAtMs === undefined ? undefined : await deps.store.get(id);
  const target = state && deps.configuration.targets.get(state.target);
  return state && target && linkEndsAtMs !== undefined ? { state, target, linkEndsAtMs } : undefined;
}

async function viewOf(
  { state, target, linkEndsAtMs }: Watched,
  deps: Dependencies,
  lookAt: () => ReturnType<LookAt>,
): Promise<LiveView> {
  const [events, ways, look] = await Promise.all([
    deps.store.eventsBetween(state.id, { after: after(state), until: state.version, limit: LAST_EVENTS }),
    waysNow(state, deps.store),
    isActive(state.status) ? lookAt() : undefined,
  ]);
  return liveView({ state, events, ways, url: target.url, look, nowMs: deps.clock.now(), linkEndsAtMs });
}

export const showLivePage = (deps: Dependencies, lookAt: LookAt) =>
  endpoint(pageRoute, async (c) => {
    const found = await watched(deps, c.req.param("id"), c.req.valid("query").key);
    if (!found) {
      c.set("problem", new ProblemError("invalid-live-link", "The link shows nothing."));
      return c.html(noSuchLinkPage(), 403);
    }
    return c.html(livePage(await viewOf(found, deps, () => lookAt(found.target, { patienceMs: FIRST_LOOK_MS }))), 200);
  });

export const showLiveState = (deps: Dependencies, lookAt: LookAt) =>
  endpoint(stateRoute, async (c) => {
    const { key: signed, after, wait = 0 } = c.req.valid("query");
    const found = await watched(deps, c.req.param("id"), signed);
    if (!found) throw new ProblemError("invalid-live-link", "The link shows nothing.");
    const state = await waitForChange(found.state, { ...deps, after, waitMs: wait * 1_000, signal: c.req.raw.signal });
    const view = await viewOf({ ...found, state }, deps, () => lookAt(found.target, { patienceMs: LOOK_MS }));
    const markup: Markup[] = body(view);
    return c.json({ view, page: markup }, 200);
  });
