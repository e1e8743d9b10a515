import type { PresetData } from "./preset.ts";

/**
 * NocoBase: health is `ok` as text, anything else is JSON with a code, and a failed upgrade keeps answering. What it reports as its version is
 * the row that the DATABASE has, not the running package: it proves the migration, and the image is proven by its digest.
 */
export const nocobase: PresetData = {
  probes: {
    ready: { path: "/api/__health_check", match: { status: [200], body: "ok" } },
    fatal: [
      { json: { path: "error.code", pattern: "_ERROR$" } },
      { json: { path: "error.code", equals: "APP_STOPPED" } },
    ],
    progress: {
      match: [
        { json: { path: "error.code", in: ["APP_COMMANDING", "APP_PREPARING", "APP_INITIALIZING", "APP_NOT_FOUND"] } },
        { status: [404, 502, 504] },
      ],
      json: ["error.message", "error.code", "error.command.name"],
    },
    version: {
      path: "/api/app:getInfo",
      json: "data.version",
      match: "semver",
      tag: "^v?(\\d+\\.\\d+\\.\\d+(?:-(?:alpha|beta|rc)[0-9.]*)?)(?:-full)?(?:-no-nginx)?$",
    },
    inventory: { path: "/api/pm:listEnabled", items: "data", name: "packageName" },
  },
  // It migrates alone: one process whatever CLUSTER_MODE says, and no background work while it is verified.
  leaderEnvironment: { CLUSTER_MODE: "", WORKER_MODE: "!" },
  // From 2.0 on, and written nowhere: it compares the version of the core alone, so that the leader must never have it.
  skipSameVersionUpgrade: { SKIP_SAME_VERSION_UPGRADE: "true" },
  // Measured on 2.2: starts of 17 to 31 s, 10 to 13 s of them in the upgrade; 15 s, 2 s of them there, with the variable.
  sameVersionUpgradeSeconds: 12,
  tellingLines: [
    {
      line: "License key not match current environment",
      means: "no licensed plugin was downloaded for this version. Renew the licence key for this environment",
    },
    {
      line: "Download failed: ",
      means: "that plugin may still be the old version's. Look whether the leader reaches the registry of plugins",
    },
  ],
  versions: { floatingTag: "^(latest|alpha|beta|\\d+(\\.\\d+)?(-(alpha|beta))?)(-full)?(-no-nginx)?$" },
};
