import { OperationError } from "../operations/operation-error.ts";
import { presetOf } from "../targets/presets/preset.ts";
import type { Target } from "../targets/schema.ts";
import { type Ask, ask, askReady } from "./front-door.ts";
import type { Attempt, PhaseRun } from "./operation-run.ts";
import { planned } from "./planned.ts";

/** What is waited for once it is sent. */
export const AFTER_TRIGGER = "the leader has migrated as it was told";

/** What tells the application to migrate, where it waits for that; undefined where it does not. */
export function triggering(target: Target) {
  const { trigger } = presetOf(target).probes;
  return (
    trigger &&
    planned({
      name: "trigger",
      phase: "migrate",
      call: `application:${trigger.method}`,
      resource: trigger.path,
      summary: `Send ${trigger.method} ${trigger.path} to the leader when it asks for it, once`,
      inverse: "None: what it does to the data only the snapshot takes back",
      undo: { kind: "keep", why: "what it does to the data only the snapshot takes back" },
      parameters: trigger,
      request: { path: trigger.path, body: trigger.body },
    })
  );
}

/** Sends it, once on the same data unless the application minds no second one. */
export async function trigger(op: PhaseRun, leader: () => Promise<Ask>): Promise<void> {
  const mutation = triggering(op.target);
  if (mutation) await op.mutate(mutation, async (_, attempt) => send(await leader(), attempt));
}

async function send(leader: Ask, { again }: Attempt): Promise<null> {
  const request = presetOf(leader.target).probes.trigger!;
  if (again && !request.repeatable) {
    if ((await askReady(leader)).kind !== "trigger") return null;
    throw new OperationError(`nobody knows whether ${request.method} ${request.path} has reached the leader`, {
      code: "trigger-in-doubt",
      hint: "Find out from the application whether it migrates. If it did not begin, restore the snapshot all the same; then start a new upgrade",
    });
  }
  const { status } = await ask(leader, request);
  if (status < 300) return null;
  const answered = `the leader answered ${status} to ${request.method} ${request.path}`;
  if (status >= 500 && request.repeatable) throw new Error(answered);
  throw new OperationError(answered, {
    code: "migration-failed",
    hint: "Look at the application through the bypass: it was told to migrate and did not accept it",
  });
}
