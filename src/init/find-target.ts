import { resourceId } from "../aws/auto-scaling.ts";
import type { Aws } from "../aws/aws.ts";
import type { Database } from "../aws/rds-shapes.ts";
import { mounted } from "../procedures/checks/storage.ts";
import { addressesOf, type Neighbour, neighboursOf } from "../procedures/data-discovery.ts";
import { from, type Read, read } from "../procedures/read.ts";
import { resourcesOf } from "../procedures/resources-of.ts";
import { findWriters } from "../procedures/writers/find-writers.ts";
import { type Target, targetSchema } from "../targets/schema.ts";
import { chooseContainers } from "./choose-containers.ts";
import { shapeOf } from "./discover-resources.ts";
import { findDatabase } from "./find-database.ts";
import { findUrl } from "./find-url.ts";
import { type ChosenService, type Found, isFound } from "./found.ts";
import { guessApp } from "./guess-app.ts";
import { InitError } from "./init-problem.ts";
import { survey, unread } from "./survey.ts";

export type Wanted = {
  name: string;
  cluster: string;
  services: string[];
  containers: string[];
  app: Target["app"] | "auto";
  url?: string;
};

/** Everything about a target that live resources tell. Throws an InitError that names every problem. */
export async function findTarget({ aws, nowMs }: { aws: Aws; nowMs: number }, wanted: Wanted): Promise<Found> {
  const surveyed = await survey(aws, { cluster: wanted.cluster, names: wanted.services });
  const { chosen: services, problems } = chooseContainers(surveyed.services, wanted.containers);
  const definitions = surveyed.services.map(({ definition }) => definition);
  const cluster = wanted.cluster.split("/").at(-1)!;
  const [database, scalableTargets] = await Promise.all([
    read(() => findDatabase(aws, definitions)),
    read(() => aws.autoScaling.scalableTargets(wanted.services.map((name) => resourceId(cluster, name)))),
  ]);
  const unreadable = unread({ "the databases": database });
  if (problems.length || unreadable.length || !database.ok) throw new InitError([...problems, ...unreadable]);

  const known = isFound(database.value) && database.value.value !== "none" ? database.value.value : undefined;
  const users = await usersOf({ aws, nowMs }, { wanted, services, database: known });
  const app = guessApp(wanted.app, services);
  const volumes = services.map(({ service, definition }) => ({ service: service.name, volumes: mounted(definition) }));
  return {
    name: wanted.name,
    cluster: wanted.cluster,
    services,
    survey: surveyed,
    app,
    url: wanted.url ? { value: wanted.url, because: "as --url says" } : findUrl(surveyed, app.value),
    database: database.value,
    sharedVolumes: volumes.flatMap(({ service, volumes: some }) =>
      some.filter(({ kind }) => kind === "shared").map(({ what }) => `${service}: ${what}`),
    ),
    launchVolumes: (volumes[0]?.volumes ?? []).filter(({ kind }) => kind === "at-launch").map(({ what }) => what),
    neighbours: users.neighbours.ok ? users.neighbours.value : [],
    ...(users.writers && { writers: users.writers }),
    scalableTargets: scalableTargets.ok ? scalableTargets.value : [],
    resources: resourcesOf({
      ...surveyed,
      containers: Object.fromEntries(services.map(({ service, container }) => [service.name, container])),
      database: known,
      paused: [],
    }),
    unread: [
      ...notRead("Application Auto Scaling", scalableTargets),
      ...notRead("who else uses the database", users.neighbours),
      ...(users.writers
        ? [
            ...notRead("rules of EventBridge", users.writers.rules),
            ...notRead("schedules of EventBridge Scheduler", users.writers.schedules),
            ...notRead("standalone tasks", users.writers.tasks),
          ]
        : []),
    ],
  };
}

const notRead = (what: string, part: Read<unknown>): string[] => (part.ok ? [] : [`${what}: ${part.error}`]);

/** Who else is on the database, as far as it is known. */
async function usersOf(
  { aws, nowMs }: { aws: Aws; nowMs: number },
  { wanted, services, database }: { wanted: Wanted; services: ChosenService[]; database: Database | undefined },
) {
  const none: Read<Neighbour[]> = { ok: true, value: [] };
  if (!database) return { neighbours: none };
  const target = provisional(wanted, services);
  const shapes = { ok: true, value: services.map(shapeOf) } as const;
  const proxies = await read(() => aws.rds.proxiesTo(database));
  const addresses = addressesOf(database, { proxies, shapes });
  const all = await read(() => aws.ecs.allServices(wanted.cluster));
  const [neighbours, writers] = await Promise.all([
    from(all, (found) => neighboursOf({ aws, target, all: found, shapes, addresses })),
    findWriters({
      aws,
      target,
      shapes,
      nowMs,
      image: { ok: false, error: "none is asked for" },
      databaseAddresses: { ok: true, value: addresses },
    }),
  ]);
  return { neighbours, writers };
}

/** A target as far as looking around needs one. */
const provisional = ({ name, cluster }: Wanted, services: ChosenService[]): Target => ({
  name,
  ...targetSchema.parse({
    app: "generic",
    url: "https://undecided.invalid",
    cluster,
    services: services.map(({ service, container }) => ({ name: service.name, container })),
    database: "none",
  }),
});
