import { createRoute, z } from "@hono/zod-openapi";
import type { MiddlewareHandler } from "hono";
import type { ApiEnv } from "../dependencies.ts";
import { endpoint } from "../endpoint.ts";
import { nobody } from "../openapi.ts";
import { pageScript, pageStyle } from "./assets.ts";

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** The page runs nothing but its own script, asks nobody but this API, and is kept and found by nobody. */
export const sealLivePages = (): MiddlewareHandler<ApiEnv> =>
  async function sealLivePage(c, next) {
    await next();
    c.header("content-security-policy", POLICY);
    c.header("referrer-policy", "no-referrer");
    c.header("x-robots-tag", "noindex");
    c.header("cache-control", "no-store");
  };

const scriptRoute = createRoute({
  method: "get",
  path: "/live/page.js",
  operationId: "livePageScript",
  tags: ["Live page"],
  summary: "The live page's script",
  description: "It follows `state`; without it the page is as true as when it was opened.",
  security: nobody,
  responses: { 200: { description: "It", content: { "text/javascript": { schema: z.string() } } } },
});

const styleRoute = createRoute({
  method: "get",
  path: "/live/page.css",
  operationId: "livePageStyle",
  tags: ["Live page"],
  summary: "The live page's style",
  description: "Light and dark, for screens and paper.",
  security: nobody,
  responses: { 200: { description: "It", content: { "text/css": { schema: z.string() } } } },
});

export const livePageScript = () =>
  endpoint(scriptRoute, (c) => c.body(pageScript, 200, { "content-type": "text/javascript; charset=utf-8" }));
export const livePageStyle = () =>
  endpoint(styleRoute, (c) => c.body(pageStyle, 200, { "content-type": "text/css; charset=utf-8" }));
