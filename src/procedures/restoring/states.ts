import type { Database, DatabaseRef } from "../../aws/rds-shapes.ts";
import type { Look } from "../../engine/workflow.ts";
import { OperationError } from "../../operations/operation-error.ts";
import { nameOfDatabase } from "../database.ts";
import { meaningOf } from "../database-states.ts";
import type { PhaseRun } from "../operation-run.ts";

/** RDS's answers may be seconds old: a database that is about to change still shows as available. */
const IN_A_ROW = 3;

/** It answers, and takes changes. While its storage still loads or is optimised it is slow. */
export const isUsable = ({ status }: Pick<Database, "status">): boolean =>
  ["available", "storage-optimization", "storage-initialization"].includes(status);

/** In a state that does not pass by itself. */
export const isBroken = (database: Pick<Database, "status">): boolean =>
  !isUsable(database) && !meaningOf(database.status).passes;

type Settled = {
  /** Whatever its name is now, or by its name. */
  find: () => Promise<Database | undefined>;
  of: DatabaseRef;
  /** What is still missing, where it is usable. */
  missing?: (database: Database) => string | undefined;
  /** What a state means that does not pass. */
  failure: { code: string; hint?: string };
};

/** Looks until the database is usable and has what is wanted, several times in a row. Fails at once where waiting cannot help. */
export function settled(op: PhaseRun, { find, of, missing = () => undefined, failure }: Settled) {
  let good = 0;
  return async (): Promise<Look<null>> => {
    const found = await find();
    if (found && isBroken(found)) {
      const { means, fix } = meaningOf(found.status);
      throw new OperationError(`expected ${nameOfDatabase(of)} to become available, found ${found.status}: ${means}`, {
        code: failure.code,
        hint: failure.hint ?? fix,
        details: { database: found.identifier, status: found.status },
      });
    }
    const seen = found ? (isUsable(found) ? missing(found) : found.status) : "not there";
    if (seen === undefined) {
      good += 1;
      return good >= IN_A_ROW
        ? { done: true, result: null }
        : { done: false, seen: `so for ${good} of ${IN_A_ROW} looks` };
    }
    good = 0;
    await op.say(`${found?.identifier ?? of.identifier}: ${seen}`);
    return { done: false, seen };
  };
}
