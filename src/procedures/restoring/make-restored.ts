import type { Database, DatabaseRef } from "../../aws/rds-shapes.ts";
import { OperationError } from "../../operations/operation-error.ts";
import { nameOfDatabase } from "../database.ts";
import type { PhaseRun } from "../operation-run.ts";
import type { Planned } from "../planned.ts";
import { canBeChanged, changeDatabase } from "./change-database.ts";
import { clearFailed } from "./clear-failed.ts";
import type { NewMember, Restoration } from "./mutations.ts";
import type { RestoreOptions } from "./names.ts";
import { isOfRestore, taken } from "./present.ts";
import { settled } from "./states.ts";

/** The restored database with all its instances and every setting that it can have. Answers it as it is then. */
export async function makeRestored(
  op: PhaseRun,
  { places, restore, members, change }: Restoration,
  options: RestoreOptions,
): Promise<Database> {
  const of = places.restored;
  await clearFailed(op, { places, options });
  await op.mutate(restore, async (parameters) => {
    const made = await op.aws.rds.restoreDatabase(of.kind, parameters);
    if (made === "exists") await mustBeOurs(op, of, options);
  });
  const missing = members.length === 0 ? instancesMissing : undefined;
  await op.poll(
    isRestored(of),
    settled(op, { find: () => op.aws.rds.database(of), of, missing, failure: RESTORE_FAILED }),
    { timeoutMs: op.target.timeouts.restore },
  );
  const [writer, ...readers] = members;
  // The first instance of a cluster is its writer, so nothing else may come before it.
  for (const group of [writer ? [writer] : [], readers]) await makeMembers(op, group, options);
  if (change) {
    const { resourceId } = await op.step(`what ${of.identifier} is`, async () => {
      const { settings } = await mustBeOurs(op, of, options);
      return { resourceId: settings.resourceId };
    });
    await changeDatabase(op, { ...change, parameters: { ...change.parameters, resourceId } });
    await op.poll(
      hasItsSettings(of),
      settled(op, {
        find: () => op.aws.rds.database(of),
        of,
        missing: ({ pendingSettings }) =>
          pendingSettings.length ? `waits for ${pendingSettings.join(", ")}` : undefined,
        failure: RESTORE_FAILED,
      }),
      { timeoutMs: op.target.timeouts.restore },
    );
  }
  return op.step(`${of.identifier} as it is`, () => mustBeOurs(op, of, options));
}

export const isRestored = ({ identifier }: DatabaseRef): string => `${identifier} is restored`;
export const isAvailable = (identifier: string): string => `${identifier} is available`;
export const hasItsSettings = ({ identifier }: DatabaseRef): string => `${identifier} has its settings`;
export { canBeChanged };

/** RDS makes the instances of a Multi-AZ DB cluster by itself. Nobody could write before they are there. */
function instancesMissing({ kind, members }: Database): string | undefined {
  if (kind === "instance" || (members.length > 0 && members.every(({ status }) => status === "available")))
    return undefined;
  return `instances: ${members.map(({ identifier, status }) => `${identifier} ${status}`).join(", ") || "none yet"}`;
}

const RESTORE_FAILED = {
  code: "restore-failed",
  hint: "RDS's events for it say why. The snapshot and the data as it was are untouched. Once the reason is gone let it go on: what failed is deleted and restored anew",
};

async function makeMembers(op: PhaseRun, members: Planned<NewMember>[], options: RestoreOptions): Promise<void> {
  const ref = (identifier: string): DatabaseRef => ({ kind: "instance", identifier });
  for (const member of members)
    await op.mutate(member, async ({ identifier, input }) => {
      const made = await op.aws.rds.createMember(input);
      if (made === "exists") await mustBeOurs(op, ref(identifier), options);
    });
  for (const { parameters } of members) {
    const of = ref(parameters.identifier);
    await op.poll(
      isAvailable(of.identifier),
      settled(op, { find: () => op.aws.rds.database(of), of, failure: RESTORE_FAILED }),
      {
        timeoutMs: op.target.timeouts.restore,
      },
    );
  }
}

async function mustBeOurs(op: PhaseRun, of: DatabaseRef, options: RestoreOptions): Promise<Database> {
  const found = await op.aws.rds.database(of);
  if (!found)
    throw new OperationError(`expected ${nameOfDatabase(of)} to be there, found none`, {
      code: "database-gone",
      hint: "Find out who deleted it, then let it go on: it is restored anew",
      retryable: true,
    });
  if (isOfRestore(found, options)) return found;
  throw taken(of);
}
