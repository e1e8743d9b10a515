import type { DatabaseRef, Snapshot } from "../aws/rds-shapes.ts";
import { createClusterSnapshotInput, createSnapshotInput, type NewSnapshot } from "../aws/rds-snapshots.ts";
import { OPERATION_TAG, ROLE_TAG, TARGET_TAG } from "../aws/tags.ts";
import type { OperationRequest } from "../operations/operation.ts";
import { staysOpen, takesSnapshot } from "../operations/request-words.ts";
import type { Target } from "../targets/schema.ts";
import type { Before } from "./before.ts";
import { type Planned, planned } from "./planned.ts";

/** With `-warm-up` at most 63 characters, as a cluster's snapshot must have. */
export const backupName = (operationId: string): string => `intermission-${operationId}`;
export const warmUpName = (operationId: string): string => `${backupName(operationId)}-warm-up`;

/** Taken by an operation of the target, for a rollback; not a copy that somebody made under another name, which inherits our tags. */
export const isBackupOf = ({ name }: Pick<Target, "name">, { identifier, tags }: Snapshot): boolean =>
  tags[TARGET_TAG] === name && tags[ROLE_TAG] === "backup" && identifier === backupName(tags[OPERATION_TAG] ?? "");

const snapshotFor = (
  target: Target,
  before: Before,
  at: { operationId: string; role: "backup" | "warm-up"; whileOpen?: boolean },
): Planned<NewSnapshot> | undefined => {
  if (!before.database) return undefined;
  const of: DatabaseRef = { kind: before.database.kind, identifier: before.database.identifier };
  const backup = at.role === "backup";
  const identifier = backup ? backupName(at.operationId) : warmUpName(at.operationId);
  const tags = { [OPERATION_TAG]: at.operationId, [TARGET_TAG]: target.name, [ROLE_TAG]: at.role };
  const parameters = { of, identifier, tags };
  return planned({
    name: at.role,
    phase: backup ? "back-up" : "prepare",
    call: of.kind === "cluster" ? "rds:CreateDBClusterSnapshot" : "rds:CreateDBSnapshot",
    resource: of.identifier,
    summary: backup
      ? `Take the snapshot ${identifier}${at.whileOpen ? " while the nodes run" : " after the last container has ended"}`
      : "Take a snapshot now, so that the one inside the window is small",
    inverse: backup ? "None: the snapshot is kept" : "Deleted when the operation ends",
    undo: backup
      ? { kind: "keep", why: "a snapshot is never in the way" }
      : { kind: "delete-snapshot", of: of.kind, identifier },
    parameters,
    request: of.kind === "cluster" ? createClusterSnapshotInput(parameters) : createSnapshotInput(parameters),
  });
};

/** The snapshot of the window. None where there is no database or the caller said so. */
export const backupSnapshot = (target: Target, request: OperationRequest, before: Before, operationId: string) =>
  !takesSnapshot(request)
    ? undefined
    : snapshotFor(target, before, { operationId, role: "backup", whileOpen: staysOpen(request) });

export const warmUpSnapshot = (target: Target, request: OperationRequest, before: Before, operationId: string) =>
  !takesSnapshot(request) || !target.snapshot.warmUp
    ? undefined
    : snapshotFor(target, before, { operationId, role: "warm-up" });
