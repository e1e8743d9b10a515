import { OperationError } from "../../operations/operation-error.ts";
import { nameOfDatabase } from "../database.ts";
import type { PhaseRun } from "../operation-run.ts";
import type { Planned } from "../planned.ts";
import type { Change } from "./mutations.ts";
import { taken } from "./present.ts";
import { settled } from "./states.ts";

/** How often a database may leave the state in which it can be changed between the looks and the call. */
const ROUNDS = 20;

/** Changes a database once it can be changed. */
export async function changeDatabase(op: PhaseRun, change: Planned<Change>): Promise<void> {
  const { of, resourceId } = change.parameters;
  const find = () => op.aws.rds.databaseWithId({ kind: of.kind, resourceId });
  for (let round = 1; round <= ROUNDS; round += 1) {
    await op.poll(canBeChanged(of), settled(op, { find, of, failure: { code: "database-unavailable" } }), {
      timeoutMs: op.target.timeouts.restore,
    });
    if (await op.mutate(change, (parameters) => apply(op, parameters))) return;
  }
  throw new OperationError(`${nameOfDatabase(of)} refused a change ${ROUNDS} times, each time after it was available`, {
    code: "change-refused",
    hint: `RDS's events for the ${of.kind} say what it does`,
  });
}

export const canBeChanged = ({ identifier }: { identifier: string }): string => `${identifier} can be changed`;

/** By name, as RDS wants it, but only where that name is still the one of the database that is meant. False where it takes no change now. */
async function apply({ aws }: PhaseRun, { of, resourceId, input, to }: Change): Promise<boolean> {
  const found = await aws.rds.databaseWithId({ kind: of.kind, resourceId });
  if (!found)
    throw new OperationError(`expected ${nameOfDatabase(of)} (${resourceId}), found it gone`, {
      code: "database-gone",
      hint: "Find out who deleted it",
    });
  if (to !== undefined && (found.identifier === to || found.status === "renaming")) return true;
  if (found.identifier !== of.identifier)
    throw new OperationError(`expected ${nameOfDatabase(of)} to have that name, found ${found.identifier}`, {
      code: "another-database",
      hint: "Somebody renamed it. Give it its name back, then let it go on",
    });
  const modified = await aws.rds.modifyDatabase(of.kind, input);
  if (modified === "exists") throw taken({ kind: of.kind, identifier: to ?? of.identifier });
  return modified === "done";
}
