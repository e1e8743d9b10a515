import type { DatabaseRef, Snapshot } from "../aws/rds-shapes.ts";
import type { NewSnapshot } from "../aws/rds-snapshots.ts";
import type { Look } from "../engine/workflow.ts";
import { OperationError } from "../operations/operation-error.ts";
import { canBeSnapshotted, nameOfDatabase } from "./database.ts";
import { meaningOf } from "./database-states.ts";
import type { PhaseRun } from "./operation-run.ts";
import type { Planned } from "./planned.ts";

/** How often a database may leave the state in which it can be snapshotted between the look and the call. */
const ROUNDS = 5;
/** RDS lists a snapshot within seconds of its request: one that is not listed by then is gone. */
const LISTED_WITHIN_MS = 60_000;

/** Requests the snapshot once the database can be snapshotted, and waits until it is available. Answers when it was requested. */
export async function takeSnapshot(
  op: PhaseRun,
  snapshot: Planned<NewSnapshot>,
): Promise<{ identifier: string; requestedAt: string }> {
  const { of, identifier } = snapshot.parameters;
  const { snapshot: timeoutMs } = op.target.timeouts;
  for (let round = 1; ; round += 1) {
    await op.poll(`${of.identifier} can be snapshotted`, () => lookForDatabase(op, of), { timeoutMs });
    if (await op.mutate(snapshot, (parameters) => op.aws.rds.createSnapshot(parameters))) break;
    if (round === ROUNDS)
      throw new OperationError(
        `${of.identifier} refused a snapshot ${ROUNDS} times, each time after it was available`,
        {
          code: "snapshot-refused",
          hint: `RDS's events for the ${of.kind} say what it does. Start anew once that is over`,
        },
      );
  }
  const askedAt = await op.step(`${snapshot.parameters.identifier} was asked for`, async () => op.clock.now());
  const wanted = { kind: of.kind, identifier };
  return op.poll(
    `snapshot ${identifier} is available`,
    async () => lookForSnapshot(op, await op.aws.rds.snapshot(wanted), { wanted, askedAt }),
    { timeoutMs },
  );
}

async function lookForDatabase(op: PhaseRun, of: DatabaseRef): Promise<Look<null>> {
  const found = await op.aws.rds.database(of);
  if (found && canBeSnapshotted(found)) return { done: true, result: null };
  const seen = found?.status ?? `no such ${of.kind}`;
  if (!found || !meaningOf(found.status).passes)
    throw new OperationError(
      `expected ${nameOfDatabase(of)} to be available, found ${seen}${found ? `: ${meaningOf(found.status).means}` : ""}`,
      {
        code: "database-unavailable",
        hint: found ? meaningOf(found.status).fix : "Find out who deleted or renamed it",
      },
    );
  await op.say(`${of.identifier} is ${seen}: ${meaningOf(seen).means}`);
  return { done: false, seen };
}

async function lookForSnapshot(
  op: PhaseRun,
  found: Snapshot | undefined,
  { wanted, askedAt }: { wanted: DatabaseRef; askedAt: number },
): Promise<Look<{ identifier: string; requestedAt: string }>> {
  const { kind, identifier } = wanted;
  const sinceMs = op.clock.now() - askedAt;
  if (!found) {
    if (sinceMs < LISTED_WITHIN_MS) return { done: false, seen: "not listed yet" };
    throw new OperationError(`expected the snapshot ${identifier} to be listed, found none: somebody deleted it`, {
      code: "snapshot-gone",
      hint: "Find out who or what deletes snapshots (CloudTrail: DeleteDBSnapshot, DeleteDBClusterSnapshot), and keep it from those named intermission-*",
    });
  }
  if (found.status === "available" && found.requestedAt !== undefined)
    return { done: true, result: { identifier, requestedAt: found.requestedAt } };
  if (["failed", "deleting", "deleted"].includes(found.status))
    throw new OperationError(`the snapshot ${identifier} is ${found.status}`, {
      code: "snapshot-failed",
      hint: `RDS's events for the ${kind} say why`,
    });
  await op.say(`snapshot: ${found.status}, ${progress(found, sinceMs)}`);
  return {
    done: false,
    seen: `${found.status}, ${found.percent === undefined ? "" : `${found.percent} %, `}for ${Math.floor(sinceMs / 1_000)} s`,
  };
}

/** By percent where RDS says so, otherwise by time. */
const progress = ({ percent }: Snapshot, sinceMs: number): string =>
  percent === undefined ? `for ${Math.floor(sinceMs / 60_000)} min` : `${Math.floor(percent / 10) * 10} %`;
