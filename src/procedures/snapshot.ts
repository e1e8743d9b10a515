import { createSnapshotInput } from "../aws/rds.ts";
import { OPERATION_TAG, ROLE_TAG, TARGET_TAG } from "../aws/tags.ts";
import type { Look } from "../engine/workflow.ts";
import type { OperationRequest } from "../operations/operation.ts";
import { OperationError } from "../operations/operation-error.ts";
import type { Target } from "../targets/schema.ts";
import type { Before } from "./before.ts";
import type { PhaseRun } from "./operation-run.ts";
import { type Planned, planned } from "./planned.ts";

type SnapshotParameters = { instance: string; identifier: string; tags: Record<string, string> };

export const backupName = (operationId: string): string => `intermission-${operationId}`;
export const warmUpName = (operationId: string): string => `${backupName(operationId)}-warm-up`;

const snapshotFor = (
  target: Target,
  before: Before,
  at: { operationId: string; role: "backup" | "warm-up" },
): Planned<SnapshotParameters> | undefined => {
  const { databaseInstance: instance } = before;
  if (!instance) return undefined;
  const backup = at.role === "backup";
  const identifier = backup ? backupName(at.operationId) : warmUpName(at.operationId);
  const tags = { [OPERATION_TAG]: at.operationId, [TARGET_TAG]: target.name, [ROLE_TAG]: at.role };
  return planned({
    name: at.role,
    phase: backup ? "back-up" : "prepare",
    call: "rds:CreateDBSnapshot",
    resource: instance,
    summary: backup
      ? `Take the snapshot ${identifier} after the last container has ended`
      : `Take a snapshot now, so that the one inside the window is small`,
    inverse: backup ? "None: the snapshot is kept" : "Deleted when the operation ends",
    undo: backup ? { kind: "keep", why: "a snapshot is never in the way" } : { kind: "delete-snapshot", identifier },
    parameters: {
      instance,
      identifier,
      tags,
    },
    request: createSnapshotInput({ instance, identifier, tags }),
  });
};

/** The snapshot of the window. None where there is no database or the caller said so. */
export const backupSnapshot = (target: Target, request: OperationRequest, before: Before, operationId: string) =>
  request.snapshot === "none" ? undefined : snapshotFor(target, before, { operationId, role: "backup" });

export const warmUpSnapshot = (target: Target, request: OperationRequest, before: Before, operationId: string) =>
  request.snapshot === "none" || !target.snapshot.warmUp
    ? undefined
    : snapshotFor(target, before, { operationId, role: "warm-up" });

/** How often an instance may leave the state in which it can be snapshotted between the look and the call. */
const ROUNDS = 5;

/** Requests the snapshot once the instance can be snapshotted, and waits until it is available. Answers when it was requested. */
export async function takeSnapshot(
  op: PhaseRun,
  snapshot: Planned<SnapshotParameters>,
): Promise<{ identifier: string; requestedAt: string }> {
  const { instance, identifier } = snapshot.parameters;
  const { snapshot: timeoutMs } = op.target.timeouts;
  for (let round = 1; ; round += 1) {
    await op.poll(`${instance} can be snapshotted`, () => lookForInstance(op, instance), { timeoutMs });
    if (await op.mutate(snapshot, (parameters) => op.aws.rds.createSnapshot(parameters))) break;
    if (round === ROUNDS)
      throw new OperationError(`${instance} refused a snapshot ${ROUNDS} times, each time after it was available`, {
        code: "snapshot-refused",
        hint: "RDS's events for the instance say what it does. Start anew once that is over",
      });
  }
  return op.poll(
    `snapshot ${identifier} is available`,
    async () => {
      const found = await op.aws.rds.snapshot(identifier);
      if (found?.status === "failed")
        throw new OperationError(`the snapshot ${identifier} failed`, {
          code: "snapshot-failed",
          hint: "RDS's events for the instance say why",
        });
      if (found?.status === "available" && found.requestedAt !== undefined)
        return { done: true, result: { identifier, requestedAt: found.requestedAt } };
      const seen = found ? `${found.status}, ${found.percent} %` : "not listed yet";
      if (found) await op.say(`snapshot: ${found.status}, ${Math.floor(found.percent / 10) * 10} %`);
      return { done: false, seen };
    },
    { timeoutMs },
  );
}

async function lookForInstance(op: PhaseRun, instance: string): Promise<Look<null>> {
  const found = await op.aws.rds.instance(instance);
  return found && ["available", "storage-optimization"].includes(found.status)
    ? { done: true, result: null }
    : { done: false, seen: found?.status ?? "no such instance" };
}
