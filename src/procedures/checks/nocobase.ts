import { compareVersions } from "../../targets/version.ts";
import { ofContainers } from "./app-containers.ts";
import { type Check, fail, given, ok, warn } from "./check.ts";
import { nocobaseEnvironmentChecks } from "./nocobase-environment.ts";

/** Worker ids are 0 to 31, and a node without one of its own does not start. */
const MOST_NODES = 32;
/** Of an ordinary start: tens of seconds, minutes where it downloads plugins. Measured with nothing else to do: 17 to 40 s. */
const PATIENCE_SECONDS = 120;
/** A stock image never handles SIGTERM, so that waiting any longer gains nothing. */
const LONGEST_STOP_SECONDS = 10;
const DEFAULT_STOP_SECONDS = 30;

/** The oldest server of each engine that it starts on, by its own check at every start. */
const OLDEST_SERVER: Record<string, string> = {
  postgres: "10",
  "aurora-postgresql": "10",
  mysql: "8.0.17",
  // Its engine version begins with that of the MySQL it is compatible with: 8.0.mysql_aurora.3.04.0.
  "aurora-mysql": "8.0",
  mariadb: "10.9",
};

/** What NocoBase demands of the cloud around it. */
export const nocobaseChecks: Check[] = [
  {
    name: "nocobase-database",
    looked: () => "the database server",
    expected: "PostgreSQL 10, MySQL 8.0.17 or MariaDB 10.9, or newer",
    find: ({ discovery }) =>
      given(discovery.database, (database) => {
        if (!database) return ok("not on RDS");
        const { engine, engineVersion } = database;
        const oldest = OLDEST_SERVER[engine];
        const server = `${engine} ${engineVersion}`;
        const fix = "NocoBase does not start on it. Upgrade the database server first";
        if (oldest === undefined) return fail(server, fix);
        const version = /^\d+(\.\d+)*/.exec(engineVersion)?.[0] ?? "0";
        return (compareVersions(version, oldest) ?? -1) < 0 ? fail(server, fix) : ok(server);
      }),
  },
  {
    name: "nocobase-nodes",
    looked: () => "nodes of all services together",
    expected: `at most ${MOST_NODES}: there are no more worker ids`,
    find: ({ discovery }) =>
      given(discovery.services, (services) => {
        const nodes = services.reduce((sum, { desiredCount }) => sum + desiredCount, 0);
        if (nodes > MOST_NODES) return fail(`${nodes}`, "Run fewer nodes");
        if (nodes === MOST_NODES)
          return warn(`${nodes}, and the leader beside them while they start`, "Run one node less during the upgrade");
        return ok(`${nodes}`);
      }),
  },
  {
    name: "nocobase-storage",
    looked: () => "EFS volumes of the application's containers",
    expected: "a shared file system wherever more than one node runs: plugins, uploads, keys and the licence are there",
    find: (input) =>
      given(input.discovery.shapes, (shapes) =>
        ofContainers(input, (containers) => {
          const onFileSystems = new Set(
            shapes.flatMap(({ service, definition }) =>
              (definition.volumes ?? []).flatMap(({ name, efsVolumeConfiguration }) =>
                efsVolumeConfiguration ? [`${service} ${name}`] : [],
              ),
            ),
          );
          const without = containers.filter(
            ({ service, container }) =>
              !(container.mountPoints ?? []).some(({ sourceVolume }) =>
                onFileSystems.has(`${service} ${sourceVolume}`),
              ),
          );
          const nodes = input.discovery.services.ok
            ? input.discovery.services.value.reduce((sum, { desiredCount }) => sum + desiredCount, 0)
            : 0;
          if (without.length === 0) return ok("every node mounts one");
          if (nodes < 2) return ok("one node, which needs none");
          return warn(
            `${without.map(({ service }) => service).join(", ")} has none`,
            "Mount /app/nocobase/storage from EFS in every service, unless plugins and uploads are kept elsewhere",
          );
        }),
      ),
  },
  {
    name: "nocobase-stop",
    looked: () => "stopTimeout of the application's containers",
    expected: `at most ${LONGEST_STOP_SECONDS} s, or an init process: the stock image never handles SIGTERM, so that ECS waits all of it before it kills`,
    find: (input) =>
      ofContainers(input, (containers) => {
        const slow = containers
          .filter(({ container }) => container.linuxParameters?.initProcessEnabled !== true)
          .map(({ service, container }) => ({ service, seconds: container.stopTimeout ?? DEFAULT_STOP_SECONDS }))
          .filter(({ seconds }) => seconds > LONGEST_STOP_SECONDS);
        if (slow.length === 0) return ok("short enough");
        const longest = Math.max(...slow.map(({ seconds }) => seconds));
        return warn(
          `${slow.map(({ service, seconds }) => `${service}: ${seconds} s`).join(", ")}, which costs the window ${longest - 2} s`,
          "Set stopTimeout to 2 in the task definitions; requests have ended by then, because the page is up",
        );
      }),
  },
  {
    name: "nocobase-health-checks",
    looked: () => "container health checks of the services",
    expected: `${PATIENCE_SECONDS} s of patience with a node that starts: it answers 503 meanwhile. The leader is no part of a service, so that none stops it`,
    find: (input) =>
      given(input.discovery.services, (services) =>
        ofContainers(input, (containers) => {
          const hasty = containers.flatMap(({ service, container: { healthCheck } }) => {
            if (!healthCheck) return [];
            const { interval = 30, retries = 3, startPeriod = 0 } = healthCheck;
            const grace = services.find(({ name }) => name === service)?.settings.healthCheckGracePeriodSeconds ?? 0;
            const patience = Math.max(startPeriod, grace) + interval * retries;
            return patience < PATIENCE_SECONDS ? [{ service, patience }] : [];
          });
          return hasty.length === 0
            ? ok("patient enough")
            : warn(
                hasty.map(({ service, patience }) => `${service}: ${patience} s`).join(", "),
                "Raise startPeriod of the container's health check (300 s at most), or the service's healthCheckGracePeriodSeconds",
              );
        }),
      ),
  },
  ...nocobaseEnvironmentChecks,
];
