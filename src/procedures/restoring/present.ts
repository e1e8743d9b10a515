import type { Database, DatabaseRef } from "../../aws/rds-shapes.ts";
import { GENERATION_TAG, OPERATION_TAG } from "../../aws/tags.ts";
import type { Look } from "../../engine/workflow.ts";
import { OperationError } from "../../operations/operation-error.ts";
import { type DatabaseBefore, nameOfDatabase } from "../database.ts";
import type { PhaseRun } from "../operation-run.ts";
import { type Places, placesOf, type RestoreOptions } from "./names.ts";

/** Made by this restore, in whatever run of it. */
export const isOfRestore = (
  database: Database,
  { operationId, generation }: { operationId: string; generation: number },
) => database.tags[OPERATION_TAG] === operationId && database.tags[GENERATION_TAG] === String(generation);

/** Between its two names a database may be listed under neither. */
const UNLISTED_FOR_MS = 60_000;

type Present = { database: DatabaseBefore; isAside: boolean };

/**
 * The database as it was found, with the ids of the one that has its data now: under its name, or already under the one that it is put aside
 * by. Throws where another has taken its place: nothing may be put aside then.
 */
export function lookForPresent(op: PhaseRun, before: DatabaseBefore, options: RestoreOptions) {
  const places = placesOf(before, options);
  let missingSince: number | undefined;
  return async (): Promise<Look<Present>> => {
    const here = await op.aws.rds.database(places.present);
    const restored = places.aside !== undefined && here !== undefined && isOfRestore(here, options);
    const found = here && !restored ? here : places.aside && (await op.aws.rds.database(places.aside));
    if (found?.status === "renaming") return { done: false, seen: "an earlier run renames it" };
    if (found) {
      requireSame(found, before, options);
      const { resourceId } = found.settings;
      const settings = { ...before.settings, resourceId, members: idsOf(before, found, places) };
      return { done: true, result: { database: { ...before, settings }, isAside: found !== here } };
    }
    missingSince ??= op.clock.now();
    if (op.clock.now() - missingSince < UNLISTED_FOR_MS) return { done: false, seen: "not listed" };
    throw new OperationError(
      `expected ${nameOfDatabase(places.present)}${places.aside ? `, or ${places.aside.identifier} where it was put aside already` : ""}, found neither`,
      { code: "database-gone", hint: "Find out who deleted or renamed it. The snapshot is untouched" },
    );
  };
}

function requireSame(found: Database, before: DatabaseBefore, { operationId }: RestoreOptions): void {
  const { resourceId } = found.settings;
  if (resourceId === before.settings.resourceId || found.tags[OPERATION_TAG] === operationId) return;
  throw new OperationError(
    `expected ${nameOfDatabase(found)} to be the database that was found before (${before.settings.resourceId}), found another one (${resourceId})`,
    {
      code: "another-database",
      hint: "Somebody replaced it. Find out which one has the data that counts, and restore by hand",
    },
  );
}

/** Members by the names that they had or have. One that is gone keeps its old id, which nothing has any more. */
const idsOf = ({ settings }: DatabaseBefore, found: Database, { members }: Places) =>
  settings.members.map((member, index) => {
    const names = [member.identifier, members[index]?.aside];
    const now = found.settings.members.find(({ identifier }) => names.includes(identifier));
    return { ...member, resourceId: now?.resourceId ?? member.resourceId };
  });

/** Looked at before anything is touched: a name that somebody else has would end it half-way. */
export async function requireFreeNames(
  { aws }: PhaseRun,
  { database, isAside }: Present,
  options: RestoreOptions,
): Promise<void> {
  const { aside, restored, members } = placesOf(database, options);
  const ids = [database.settings.resourceId, ...database.settings.members.map(({ resourceId }) => resourceId)];
  const needed: DatabaseRef[] = [
    ...(isAside ? [] : [aside ?? restored]),
    ...members.map((member) => ({ kind: "instance" as const, identifier: member.aside ?? member.restored })),
  ];
  for (const of of needed) {
    const found = await aws.rds.database(of);
    if (found && !ids.includes(found.settings.resourceId) && !isOfRestore(found, options)) throw taken(of);
  }
}

export const taken = (what: DatabaseRef) =>
  new OperationError(`expected the name ${what.identifier} to be free, found another ${what.kind} that has it`, {
    code: "name-taken",
    hint: `Rename or delete that ${what.kind} if it is in nobody's use, then let it go on`,
  });
