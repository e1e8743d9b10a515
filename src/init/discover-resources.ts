import type { Aws } from "../aws/aws.ts";
import { addressesOf } from "../procedures/data-discovery.ts";
import { databaseOf } from "../procedures/database.ts";
import type { ServiceShape } from "../procedures/discovery.ts";
import { from, type Read, read } from "../procedures/read.ts";
import { resourcesOf } from "../procedures/resources-of.ts";
import { findWriters } from "../procedures/writers/find-writers.ts";
import { otherWritersOf } from "../procedures/writers/other-writers.ts";
import type { Starter } from "../procedures/writers/writer.ts";
import type { Resources } from "../targets/resources-schema.ts";
import type { Target } from "../targets/schema.ts";
import { InitError } from "./init-problem.ts";
import { type Survey, survey, unread } from "./survey.ts";

/**
 * The `resources` of a target as they are now, by reads alone. Throws an InitError that names everything that could not be found or read.
 * Other writers' rules and schedules are looked for only where the target has them paused. `nowMs` (since the epoch) says which of them are over.
 */
export async function discoverResources({
  aws,
  target,
  nowMs = Date.now(),
}: {
  aws: Aws;
  target: Target;
  nowMs?: number;
}): Promise<Resources> {
  const found = await survey(aws, { cluster: target.cluster, names: target.services.map(({ name }) => name) });
  const wanted = databaseOf(target);
  const database = await read(async () => wanted && aws.rds.database(wanted));
  const missing = wanted &&
    database.ok &&
    !database.value && {
      about: `the database of ${target.name}`,
      expected: `the RDS ${wanted.kind} ${wanted.identifier}, as the configuration says`,
      found: "none of that name in this account and region",
      next: "Correct `database`, or look whether account and region are those that you mean",
    };
  const paused: Read<Starter[]> = pausesWriters(target)
    ? await from(database, (known) => pausedBy({ aws, target, nowMs }, found, known))
    : { ok: true, value: [] };
  const problems = [
    ...(missing ? [missing] : []),
    ...unread({ [`the database of ${target.name}`]: database, "other writers": paused }),
  ];
  if (problems.length || !database.ok || !paused.ok) throw new InitError(problems);
  return resourcesOf({
    ...found,
    containers: Object.fromEntries(target.services.map(({ name, container }) => [name, container])),
    database: database.value,
    paused: paused.value,
  });
}

const pausesWriters = ({ otherWriters }: Target): boolean =>
  typeof otherWriters === "string"
    ? otherWriters === "pause"
    : otherWriters.default === "pause" || Object.values(otherWriters.families).includes("pause");

async function pausedBy(
  { aws, target, nowMs }: { aws: Aws; target: Target; nowMs: number },
  { services }: Survey,
  database: Awaited<ReturnType<Aws["rds"]["database"]>>,
): Promise<Starter[]> {
  const shapes: Read<ServiceShape[]> = { ok: true, value: services.map(shapeOf) };
  const proxies = await read(async () => (database ? aws.rds.proxiesTo(database) : []));
  if (!proxies.ok) throw new Error(proxies.error);
  const writers = await findWriters({
    aws,
    target,
    shapes,
    nowMs,
    image: { ok: false, error: "none is asked for" },
    databaseAddresses: { ok: true, value: database && addressesOf(database, { proxies, shapes }) },
  });
  if (!writers.rules.ok) throw new Error(writers.rules.error);
  if (!writers.schedules.ok) throw new Error(writers.schedules.error);
  // Also one that is disabled, or begins later: it may be awake when an operation comes.
  const awake = [...writers.rules.value, ...writers.schedules.value].map((starter) => ({
    ...starter,
    state: "ENABLED",
    asleep: false,
  }));
  return otherWritersOf(
    { ...writers, rules: { ok: true, value: awake }, schedules: { ok: true, value: [] } },
    target,
    shapes.value,
  ).paused;
}

/** What runs now is of no concern here. */
export const shapeOf = ({ service, definition, family }: Survey["services"][number]): ServiceShape => ({
  service: service.name,
  family,
  networkMode: definition.networkMode ?? "bridge",
  definition,
  containers: (definition.containerDefinitions ?? []).map(({ name = "", image = "" }) => ({ name, image })),
  tasks: [],
  strangers: [],
});
