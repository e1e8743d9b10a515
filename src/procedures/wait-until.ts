import type { Workflow } from "../engine/workflow.ts";
import type { PhaseRun } from "./operation-run.ts";

/** How long it is suspended at most before it looks for a decision by itself: nobody's call is sure to arrive. */
const LONGEST_SUSPENSION_MS = 3_600_000;

type Wait = { what: string; at: string; op: PhaseRun; scope: Workflow; endWhenCancelled: () => Promise<void> };

/** Suspends the operation until `at`, in pieces; a decision wakes it by its callback. Answers whether there was anything to wait for. */
export async function waitUntil({ what, at, op, scope, endWhenCancelled }: Wait): Promise<{ waited: boolean }> {
  const left = () =>
    scope.step(`${what}/left`, async () => {
      await endWhenCancelled();
      return Math.max(0, Date.parse(at) - op.clock.now());
    });
  let leftMs = await left();
  if (leftMs === 0) return { waited: false };
  await op.record(what, [{ type: "waiting", for: "start", until: new Date(at).toISOString() }]);
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
  await op.record(`${what}/over`, [{ type: "waited" }]);
  return { waited: true };
}
