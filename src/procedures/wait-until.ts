import type { Workflow } from "../engine/workflow.ts";
import type { AskedOfPeople } from "../operations/questions.ts";
import type { PhaseRun } from "./operation-run.ts";

/** How long it is suspended at most before it looks for a decision by itself: nobody's call is sure to arrive. */
const LONGEST_SUSPENSION_MS = 3_600_000;

/** `start` waits for a time to come; a question waits for somebody to proceed, until the time to decide is up. */
export type Suspension = { at: string; for: "start" | AskedOfPeople; otherwise?: string };

export type WaitEnd = "over-already" | "time-is-up" | "proceed";

type Wait = {
  what: string;
  wait: Suspension;
  op: PhaseRun;
  scope: Workflow;
  endWhenCancelled: () => Promise<void>;
};

/** Suspends the operation in pieces; a decision wakes it by its callback. */
export async function waitUntil(options: Wait): Promise<WaitEnd> {
  const { what, wait, op, scope, endWhenCancelled } = options;
  const asks = wait.for !== "start";
  const left = () =>
    scope.step(`${what}/left`, async () => {
      await endWhenCancelled();
      if (asks && (await isAnswered(op))) return -1;
      return Math.max(0, Date.parse(wait.at) - op.clock.now());
    });
  if (!asks && Date.parse(wait.at) <= (await scope.step(`${what}/now`, async () => op.clock.now())))
    return "over-already";
  await op.record(what, [
    { type: "waiting", for: wait.for, until: new Date(wait.at).toISOString(), otherwise: wait.otherwise },
  ]);
  let leftMs = await left();
  for (; leftMs > 0; leftMs = await left())
    await scope.waitForCallback(
      what,
      async (callbackId) => {
        await op.store.setCallback(op.id, callbackId);
        // A decision that was made before anybody could know the callback wakes nobody.
        await endWhenCancelled();
      },
      { timeoutMs: Math.min(leftMs, LONGEST_SUSPENSION_MS) },
    );
  await scope.step(`${what}/over`, () => op.store.setCallback(op.id, undefined));
  if (leftMs < 0) return "proceed";
  await op.record(`${what}/over`, [{ type: "waited" }]);
  return "time-is-up";
}

/** An answer ends the waiting; what it says is for whoever looks for a decision to stop. */
export const isAnswered = async ({ store, id }: PhaseRun): Promise<boolean> =>
  (await store.get(id))?.status !== "waiting";
