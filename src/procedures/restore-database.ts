import type { Database } from "../aws/rds-shapes.ts";
import type { Restored } from "../operations/event.ts";
import type { Mutation, RestoreMode } from "../operations/operation.ts";
import { OperationError } from "../operations/operation-error.ts";
import type { Target } from "../targets/schema.ts";
import type { Before } from "./before.ts";
import type { DatabaseBefore } from "./database.ts";
import type { PhaseRun } from "./operation-run.ts";
import { canBeChanged } from "./restoring/change-database.ts";
import { differencesOf } from "./restoring/compare.ts";
import { namesLeadThere, rememberAddresses } from "./restoring/leads-there.ts";
import { makeRestored } from "./restoring/make-restored.ts";
import { asPlanned, restorationOf } from "./restoring/mutations.ts";
import { placesOf, type RestoreOptions } from "./restoring/names.ts";
import { lookForPresent, requireFreeNames } from "./restoring/present.ts";
import { putAside } from "./restoring/put-aside.ts";
import { hostsInstead, repoint, repointing } from "./restoring/repoint.ts";
import { tellOf } from "./restoring/tell.ts";

export { restoreWaits } from "./restoring/waits.ts";

export type RestoredData = {
  /** In the place of `before.database` from now on. */
  database: DatabaseBefore;
  /** What the services run from now on, where their old revisions would lead to the present data. */
  revisions?: Record<string, string>;
  restored: Restored;
};

type Options = { snapshot: string; mode: RestoreMode; generation: number };

/**
 * Puts a snapshot in the place of the present data, while every container of the target is stopped. The present data is never touched: it is
 * fenced off and kept. Whatever ends it in the middle, it goes on from what it finds, by names and tags.
 */
export const restoreDatabase =
  (before: Before, { snapshot, mode, generation }: Options) =>
  async (op: PhaseRun): Promise<RestoredData> => {
    const options: RestoreOptions = { operationId: op.id, snapshot, mode, generation };
    const found = requireDatabase(op.target, before, mode);
    await op.step("the snapshot is there", () => requireSnapshot(op, found, snapshot));
    const here = await op.poll(canBeChanged(found), lookForPresent(op, found, options), {
      timeoutMs: op.target.timeouts.restore,
    });
    await op.step("the names are free", () => requireFreeNames(op, here, options));
    const { database: present, isAside } = here;
    const restoration = restorationOf(op.target, present, options);
    const { places } = restoration;
    if (places.aside && !isAside) await rememberAddresses(op, present.addresses, options);

    await putAside(op, restoration);
    const made = await makeRestored(op, restoration, options);
    const aside = () => op.aws.rds.databaseWithId({ kind: present.kind, resourceId: present.settings.resourceId });
    await namesLeadThere(op, { restored: made, ...(places.aside && { aside }) }, options);
    const hosts = hostsInstead(found, made);
    const revisions = mode === "repoint" ? await repoint(op, before, { hosts, options }) : undefined;

    const restored = restoredOf({ before: found, now: made, options });
    await op.record(`database-restored/g${generation}`, [{ type: "database-restored", ...restored }]);
    return { database: restoredDatabase(made, mode === "repoint" ? hosts : {}), revisions, restored };
  };

/** Every change that a restore would make, for a plan. */
export function restoreMutations(
  target: Target,
  before: Before,
  { operationId, snapshot, mode, generation }: Options & { operationId: string },
): Mutation[] {
  if (!before.database) return [];
  const options = { operationId, snapshot, mode, generation };
  const databases = asPlanned(restorationOf(target, before.database, options));
  return [...databases, ...(mode === "repoint" ? repointing(before, options) : [])].map(({ mutation }) => mutation);
}

function restoredOf({
  before,
  now,
  options,
}: {
  before: DatabaseBefore;
  now: Database;
  options: RestoreOptions;
}): Restored {
  const places = placesOf(before, options);
  return {
    snapshot: options.snapshot,
    database: now.identifier,
    address: now.settings.addresses[0]?.address ?? "",
    aside: (places.aside ?? places.present).identifier,
    different: differencesOf(before, now, options),
    tell: tellOf({ before, now, places, snapshot: options.snapshot }),
  };
}

/** Nothing that led to the old one leads to it. */
const restoredDatabase = (database: Database, insteadOf: Record<string, string>): DatabaseBefore => ({
  ...database,
  proxies: [],
  ...(Object.keys(insteadOf).length > 0 && { insteadOf }),
});

function requireDatabase(target: Target, { database }: Before, mode: RestoreMode): DatabaseBefore {
  if (!database)
    throw new OperationError(`expected ${target.name} to have a database, found none in its configuration`, {
      code: "nothing-to-restore",
      hint: "Put the data back by hand",
    });
  if (target.restore.fence === undefined)
    throw new OperationError(`expected restore.fence of ${target.name} to name a security group, found none`, {
      code: "no-fence",
      hint: "Without it whoever still has the old address would write to data that is thrown away. Restore by hand",
    });
  if (mode === "rename" && database.kind === "cluster" && !database.engine.startsWith("aurora"))
    throw new OperationError(
      `expected a database that can be renamed, found the Multi-AZ DB cluster ${database.identifier}`,
      {
        code: "nothing-to-restore",
        hint: "Its instances cannot be renamed, so the restored one's would find their names taken. Say `restore: { mode: repoint }` in the target, or restore by hand",
      },
    );
  return database;
}

/** Looked for before anything is touched: without it everything would be stopped for nothing. */
async function requireSnapshot({ aws }: PhaseRun, { kind }: DatabaseBefore, identifier: string): Promise<void> {
  const found = await aws.rds.snapshot({ kind, identifier });
  if (found?.status === "available") return;
  throw new OperationError(`expected the snapshot ${identifier} to be available, found ${found?.status ?? "none"}`, {
    code: "snapshot-gone",
    hint: "The present data is untouched. Find out what became of the snapshot (CloudTrail: DeleteDBSnapshot, DeleteDBClusterSnapshot)",
  });
}
