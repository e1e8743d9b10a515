import type { Env, Hono } from "hono";
import type { ExtractSchema } from "hono/types";
import type { AppType as Served } from "../api/app.ts";

/** Of a call's answers those that are thrown are not among its types. */
type Answered<Endpoint> = Extract<Endpoint, { status: 200 | 202 | 304 }>;
type Succeeding<Schema> = {
  [Path in keyof Schema]: { [Method in keyof Schema[Path]]: Answered<Schema[Path][Method]> };
};

/** The API as `hc` knows it, without its problems. */
export type AppType = Hono<Env, Succeeding<ExtractSchema<Served>>, "/">;
