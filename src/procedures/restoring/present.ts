import type { Database, DatabaseRef } from "../../aws/rds-shapes.ts";
import { GENERATION_TAG, OPERATION_TAG } from "../../aws/tags.ts";
import { OperationError } from "../../operations/operation-error.ts";
import { type DatabaseBefore, nameOfDatabase } from "../database.ts";
import type { PhaseRun } from "../operation-run.ts";
import { type Places, placesOf, type RestoreOptions } from "./names.ts";

/** Made by this restore, in whatever run of it. */
export const isOfRestore = (
  database: Database,
  { operationId, generation }: { operationId: string; generation: number },
) => database.tags[OPERATION_TAG] === operationId && database.tags[GENERATION_TAG] === String(generation);

/**
 * The database as it was found, with the ids of the one that has its data now: under its name, or already under the one that it is put aside
 * by. Throws where another has taken its place: nothing may be put aside then.
 */
export async function presentOf(
  op: PhaseRun,
  before: DatabaseBefore,
  options: RestoreOptions,
): Promise<{ database: DatabaseBefore; isAside: boolean }> {
  const places = placesOf(before, options);
  const here = await op.aws.rds.database(places.present);
  const restored = places.aside !== undefined && here !== undefined && isOfRestore(here, options);
  const found = here && !restored ? here : places.aside && (await op.aws.rds.database(places.aside));
  if (!found)
    throw new OperationError(
      `expected ${nameOfDatabase(places.present)}${places.aside ? `, or ${places.aside.identifier} where it was put aside already` : ""}, found neither`,
      { code: "database-gone", hint: "Find out who deleted or renamed it. The snapshot is untouched" },
    );
  const { resourceId } = found.settings;
  if (resourceId !== before.settings.resourceId && found.tags[OPERATION_TAG] !== options.operationId)
    throw new OperationError(
      `expected ${nameOfDatabase(found)} to be the database that was found before (${before.settings.resourceId}), found another one (${resourceId})`,
      {
        code: "another-database",
        hint: "Somebody replaced it. Find out which one has the data that counts, and restore by hand",
      },
    );
  const settings = { ...before.settings, resourceId, members: idsOf(before, found, places) };
  return { database: { ...before, settings }, isAside: found !== here };
}

/** Members by the names that they had or have. One that is gone keeps its old id, which nothing has any more. */
const idsOf = ({ settings }: DatabaseBefore, found: Database, { members }: Places) =>
  settings.members.map((member, index) => {
    const names = [member.identifier, members[index]?.aside];
    const now = found.settings.members.find(({ identifier }) => names.includes(identifier));
    return { ...member, resourceId: now?.resourceId ?? member.resourceId };
  });

export const taken = (what: DatabaseRef) =>
  new OperationError(`expected the name ${what.identifier} to be free, found another ${what.kind} that has it`, {
    code: "name-taken",
    hint: `Rename or delete that ${what.kind} if it is in nobody's use, then let it go on`,
  });
