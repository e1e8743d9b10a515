import type { Aws } from "../../aws/aws.ts";
import type { Modified } from "../../aws/rds-restore.ts";
import { fenceInput, renameInput } from "../../aws/rds-restore-inputs.ts";
import type { DatabaseRef } from "../../aws/rds-shapes.ts";
import { GENERATION_TAG, OPERATION_TAG } from "../../aws/tags.ts";
import type { RestoreUndo } from "../../operations/journal.ts";
import { OperationError } from "../../operations/operation-error.ts";
import type { OperationStore } from "../../operations/store.ts";
import { nameOfDatabase } from "../database.ts";

type UndoOf<Kind extends RestoreUndo["kind"]> = Extract<RestoreUndo, { kind: Kind }>;

// Each throws where it can do nothing now, so that its entry stays in the journal and can be undone later.

/** Lets clients in again, under whatever name it has. */
export async function unfence(aws: Aws, { of: kind, resourceId, groups }: UndoOf<"unfence">): Promise<void> {
  const found = await aws.rds.databaseWithId({ kind, resourceId });
  if (!found) return;
  const now = found.securityGroups.map(({ id }) => id).toSorted();
  if (now.join() === groups.toSorted().join()) return;
  mustBeDone(await aws.rds.modifyDatabase(kind, fenceInput(found, groups)), {
    what: `${nameOfDatabase(found)} is ${found.status} and takes no change`,
    fix: `Once it is available give it ${groups.join(", ")} (${kind === "instance" ? "ModifyDBInstance" : "ModifyDBCluster"} with VpcSecurityGroupIds)`,
  });
}

/** A name that another has is never taken from it. */
export async function renameBack(aws: Aws, { of: kind, identifier, resourceId }: UndoOf<"rename-back">): Promise<void> {
  const found = await aws.rds.databaseWithId({ kind, resourceId });
  if (!found || found.identifier === identifier) return;
  const fix = `Once the name ${identifier} is free and ${found.identifier} is available, rename it`;
  if (await aws.rds.database({ kind, identifier })) throw notUndone(`another ${kind} has the name ${identifier}`, fix);
  const what = `${nameOfDatabase(found)} is ${found.status} and takes no change`;
  mustBeDone(await aws.rds.modifyDatabase(kind, renameInput(found, identifier)), { what, fix });
}

/**
 * Deletes what a restore has made, never what serves: the events say which restores were finished, and from then on a node may have written.
 * The snapshot must be there, for it is the other copy of the same data.
 */
export async function deleteRestored(
  { aws, store }: { aws: Aws; store: Pick<OperationStore, "events"> },
  { of: kind, identifier, generation, snapshot, memberOf }: UndoOf<"delete-restored">,
  operationId: string,
): Promise<void> {
  const of: DatabaseRef = { kind, identifier };
  const found = await aws.rds.database(of);
  const { [OPERATION_TAG]: operation, [GENERATION_TAG]: made } = found?.tags ?? {};
  const isOurs = operation === operationId && made === String(generation);
  if (!found || !isOurs || found.status === "deleting") return;
  const whole: DatabaseRef = memberOf === undefined ? of : { kind: "cluster", identifier: memberOf };
  const serves = (await store.events(operationId)).some(
    (event) => event.type === "database-restored" && event.database === whole.identifier,
  );
  if (serves)
    throw notUndone(
      `nodes may have run on ${nameOfDatabase(whole)}`,
      "Keep it, or delete it yourself once another one serves",
    );
  const copy = await aws.rds.snapshot({ kind: whole.kind, identifier: snapshot });
  if (copy?.status !== "available")
    throw notUndone(
      `its snapshot ${snapshot} is not there`,
      `${nameOfDatabase(whole)} may be the last copy of that data: keep it`,
    );
  if (found.settings.own.DeletionProtection === true)
    throw notUndone(
      `${nameOfDatabase(of)} is protected from deletion, as the original is`,
      "Delete it yourself (DeletionProtection off, then delete), or rename it to make room",
    );
  const what = `${nameOfDatabase(of)} is ${found.status} and cannot be deleted`;
  mustBeDone(await aws.rds.deleteDatabase(of, { memberOf }), { what, fix: "Delete it once it is available" });
}

function mustBeDone(modified: Modified, { what, fix }: { what: string; fix: string }): void {
  if (modified !== "done" && modified !== "gone") throw notUndone(what, fix);
}

const notUndone = (message: string, hint: string) => new OperationError(message, { code: "not-undone", hint });
