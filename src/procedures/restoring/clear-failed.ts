import type { Database, DatabaseRef } from "../../aws/rds-shapes.ts";
import { nameOfDatabase } from "../database.ts";
import type { PhaseRun } from "../operation-run.ts";
import { planned } from "../planned.ts";
import type { Places, RestoreOptions } from "./names.ts";
import { isOfRestore, taken } from "./present.ts";
import { isBroken } from "./states.ts";

/**
 * An earlier run of this very restore may have left what RDS could not finish. It has the name, no node has ever run on it and the snapshot
 * has its data, so it goes. Nothing else is ever deleted: another database under the name is somebody's.
 */
export async function clearFailed(
  op: PhaseRun,
  { places, options }: { places: Places; options: RestoreOptions },
): Promise<void> {
  const members = places.members.map(({ restored }): DatabaseRef => ({ kind: "instance", identifier: restored }));
  const failed = await op.step("what an earlier run left", async () => {
    const left: DatabaseRef[] = [];
    const found: Database[] = [];
    for (const of of [...members, places.restored]) {
      const database = await op.aws.rds.database(of);
      if (database && !isOfRestore(database, options)) throw taken(of);
      if (database) found.push(database);
    }
    // Of a broken cluster no member can be kept.
    const all = found.some((each) => each.kind === "cluster" && isBroken(each));
    for (const { kind, identifier, status } of found) if (all || isBroken({ status })) left.push({ kind, identifier });
    return left;
  });
  for (const of of failed) {
    const memberOf =
      of.kind === "instance" && places.restored.kind === "cluster" ? places.restored.identifier : undefined;
    await op.mutate(deletion(of, options), async () => {
      await op.aws.rds.deleteDatabase(of, { memberOf });
    });
  }
  for (const of of failed)
    await op.poll(
      `${of.identifier} is gone`,
      async () => {
        const found = await op.aws.rds.database(of);
        return found ? { done: false, seen: found.status } : { done: true, result: null };
      },
      { timeoutMs: op.target.timeouts.restore },
    );
}

const deletion = (of: DatabaseRef, { generation }: RestoreOptions) =>
  planned({
    name: `g${generation}/delete-failed/${of.identifier}`,
    phase: "restore",
    call: of.kind === "instance" ? "rds:DeleteDBInstance" : "rds:DeleteDBCluster",
    resource: of.identifier,
    summary: `Delete ${nameOfDatabase(of)}, which an earlier attempt could not restore and no node has run on`,
    inverse: "None: the snapshot has its data",
    undo: { kind: "keep", why: "the snapshot has its data" },
    parameters: undefined,
  });
