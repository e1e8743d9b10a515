import type { PresetData } from "./preset.ts";

/**
 * SonarQube Server: one document has status and version. A node of a new version starts in safe mode and waits to be told to migrate; a
 * second such request only answers the state of the first. A failed migration is DOWN until the node is started again.
 */
export const sonarqube: PresetData = {
  probes: {
    ready: { path: "/api/system/status", match: { status: [200], json: { path: "status", equals: "UP" } } },
    fatal: [{ json: { path: "status", equals: "DOWN" } }],
    progress: {
      match: [
        {
          json: { path: "status", in: ["STARTING", "RESTARTING", "DB_MIGRATION_NEEDED", "DB_MIGRATION_RUNNING"] },
        },
        { status: [404, 502, 503, 504] },
      ],
      json: "status",
    },
    // 10.7.0.96327 is the build that the tag 10.7.0-community stands for.
    version: {
      path: "/api/system/status",
      json: "version",
      match: "prefix",
      tag: "^(\\d+\\.\\d+(?:\\.\\d+)*)(?:-[a-z-]+)?$",
    },
    trigger: {
      when: { json: { path: "status", equals: "DB_MIGRATION_NEEDED" } },
      method: "POST",
      path: "/api/system/migrate_db",
      headers: {},
      repeatable: true,
    },
  },
  leaderEnvironment: {},
  versions: {
    floatingTag: "^(latest|lts|lta|community|developer|enterprise|datacenter-app|\\d+|\\d{1,2}\\.\\d+)(-[a-z-]+)?$",
  },
};
