import type { Aws } from "../../aws/aws.ts";
import type { Modified } from "../../aws/rds-restore.ts";
import { fenceInput, renameInput } from "../../aws/rds-restore-inputs.ts";
import type { DatabaseRef } from "../../aws/rds-shapes.ts";
import { GENERATION_TAG, OPERATION_TAG } from "../../aws/tags.ts";
import type { RestoreUndo } from "../../operations/journal.ts";
import type { OperationStore } from "../../operations/store.ts";
import { nameOfDatabase } from "../database.ts";
import type { Leftover } from "../finish.ts";

type UndoOf<Kind extends RestoreUndo["kind"]> = Extract<RestoreUndo, { kind: Kind }>;

/** Lets clients in again, under whatever name it has. */
export async function unfence(
  aws: Aws,
  { of: kind, resourceId, groups }: UndoOf<"unfence">,
): Promise<Leftover | undefined> {
  const found = await aws.rds.databaseWithId({ kind, resourceId });
  if (!found) return undefined;
  const now = found.securityGroups.map(({ id }) => id).toSorted();
  if (now.join() === groups.toSorted().join()) return undefined;
  const modified = await aws.rds.modifyDatabase(kind, fenceInput(found, groups));
  return leftOf(modified, {
    what: `${nameOfDatabase(found)} is still behind its fence`,
    fix: `Give it ${groups.join(", ")} (${kind === "instance" ? "ModifyDBInstance" : "ModifyDBCluster"} with VpcSecurityGroupIds)`,
  });
}

/** A name that another has is never taken from it. */
export async function renameBack(
  aws: Aws,
  { of: kind, identifier, resourceId }: UndoOf<"rename-back">,
): Promise<Leftover | undefined> {
  const found = await aws.rds.databaseWithId({ kind, resourceId });
  if (!found || found.identifier === identifier) return undefined;
  const fix = `Once the name ${identifier} is free, rename ${found.identifier} to it`;
  const what = `${nameOfDatabase(found)} has not its name ${identifier} back`;
  if (await aws.rds.database({ kind, identifier })) return { what: `${what}: another ${kind} has it`, fix };
  return leftOf(await aws.rds.modifyDatabase(kind, renameInput(found, identifier)), { what, fix });
}

/**
 * Deletes what a restore has made, never what serves: the events say which restores were finished, and from then on a node may have written.
 * The snapshot must be there, for it is the other copy of the same data.
 */
export async function deleteRestored(
  { aws, store }: { aws: Aws; store: Pick<OperationStore, "events"> },
  { of: kind, identifier, generation, snapshot, memberOf }: UndoOf<"delete-restored">,
  operationId: string,
): Promise<Leftover | undefined> {
  const of: DatabaseRef = { kind, identifier };
  const found = await aws.rds.database(of);
  const { [OPERATION_TAG]: operation, [GENERATION_TAG]: made } = found?.tags ?? {};
  if (!found || operation !== operationId || made !== String(generation) || found.status === "deleting")
    return undefined;
  const what = `${nameOfDatabase(of)} is not deleted`;
  const whole: DatabaseRef = memberOf === undefined ? of : { kind: "cluster", identifier: memberOf };
  const serves = (await store.events(operationId)).some(
    (event) => event.type === "database-restored" && event.database === whole.identifier && event.snapshot === snapshot,
  );
  if (serves)
    return { what: `${what}: nodes may have run on it`, fix: "Keep it, or delete it yourself once another one serves" };
  const copy = await aws.rds.snapshot({ kind: whole.kind, identifier: snapshot });
  if (copy?.status !== "available")
    return {
      what: `${what}: its snapshot ${snapshot} is not there`,
      fix: "It may be the last copy of that data: keep it",
    };
  if (found.settings.own.DeletionProtection === true)
    return {
      what: `${what}: it is protected from deletion, as the original is`,
      fix: `Delete it yourself (DeletionProtection off, then delete), or rename it to make room`,
    };
  return leftOf(await aws.rds.deleteDatabase(of, { memberOf }), { what, fix: "Delete it once it is available" });
}

const leftOf = (modified: Modified, { what, fix }: Leftover): Leftover | undefined =>
  modified === "done" || modified === "gone" ? undefined : { what: `${what}: it takes no change now`, fix };
