import type { Probes } from "../probes-schema.ts";

/** NocoBase's contract: health is `ok` as text; anything else is JSON with a code, and a failed upgrade keeps answering. */
export const nocobaseProbes: Probes = {
  ready: { path: "/api/__health_check", match: { status: [200], body: "ok" } },
  fatal: [{ json: { path: "error.code", pattern: "_ERROR$" } }, { json: { path: "error.code", in: ["APP_STOPPED"] } }],
  progress: { json: "error.message" },
  version: { path: "/api/app:getInfo", json: "data.version" },
  consecutive: 3,
  attemptTimeoutSeconds: 5,
};

/** The leader migrates alone: one process whatever CLUSTER_MODE says, and no background work while it is verified. */
export const nocobaseLeaderEnvironment: Record<string, string> = { CLUSTER_MODE: "", WORKER_MODE: "!" };
