import type { Aws } from "../../aws/aws.ts";
import type { Undo } from "../../operations/journal.ts";
import { OperationError } from "../../operations/operation-error.ts";
import { isSpent } from "../../schedules/occurrences.ts";

type UndoOf<Kind extends Undo["kind"]> = Extract<Undo, { kind: Kind }>;

/** One that is gone, or enabled again already, is no longer ours; one that somebody changed is left as he made it. */
export async function enableRule(aws: Aws, { bus, name, state, fingerprint }: UndoOf<"enable-rule">): Promise<void> {
  const now = await aws.eventBridge.rule({ bus, name });
  if (now?.state !== "DISABLED") return;
  if (now.fingerprint !== fingerprint) throw changed(`the rule ${bus}/${name}`);
  await aws.eventBridge.enable({ ...now, state });
}

export async function enableSchedule(
  aws: Aws,
  { group, name, fingerprint }: UndoOf<"enable-schedule">,
  { nowMs }: { nowMs: number },
): Promise<void> {
  const now = await aws.scheduler.schedule({ group, name });
  if (now?.state !== "DISABLED") return;
  if (now.fingerprint !== fingerprint) throw changed(`the schedule ${group}/${name}`);
  // What AWS does with a time in the past when it is enabled is written nowhere: it might run, and a person run it again.
  if (now.expression.startsWith("at(") && isSpent(now, nowMs))
    throw new OperationError(`the schedule ${group}/${name} was due once, while it was disabled`, {
      code: "schedule-is-over",
    });
  await aws.scheduler.setState({ group, name, state: "ENABLED", fingerprint });
}

const changed = (what: string) =>
  new OperationError(`somebody changed ${what} while it was disabled`, { code: "changed-meanwhile" });
