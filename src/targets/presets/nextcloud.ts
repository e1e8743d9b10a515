import type { PresetData } from "./preset.ts";

/**
 * Nextcloud: /status.php answers 200 whatever its state, so its members decide. The stock image runs `occ upgrade` before it listens and
 * exits where that fails; one major version at a time, and never back.
 */
export const nextcloud: PresetData = {
  probes: {
    ready: {
      path: "/status.php",
      match: {
        status: [200],
        json: [
          { path: "installed", equals: true },
          { path: "maintenance", equals: false },
          { path: "needsDbUpgrade", equals: false },
        ],
      },
    },
    fatal: [{ json: { path: "installed", equals: false } }],
    progress: { match: [{ json: { path: "installed" } }, { status: [502, 503, 504] }] },
    version: {
      path: "/status.php",
      json: "versionstring",
      match: "semver",
      tag: "^(\\d+\\.\\d+\\.\\d+)(?:-(?:apache|fpm|fpm-alpine))?$",
    },
  },
  leaderEnvironment: {},
  versions: {
    floatingTag:
      "^(latest|stable|production|apache|fpm|fpm-alpine|\\d+(\\.\\d+)?(-(apache|fpm|fpm-alpine))?|(stable|production)-.+)$",
    mostMajorsAtOnce: 1,
  },
};
