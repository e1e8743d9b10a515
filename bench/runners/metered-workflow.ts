import type { Clock } from "../../src/clock.ts";
import type { Workflow } from "../../src/engine/workflow.ts";

/** One checkpoint of a durable execution. Assumed: no more than a call of DynamoDB and Lambda's own work. */
const CHECKPOINT_MS = 20;
/** A poll looks so long within one invocation, and then suspends for so long: as the adapter for durable functions does. */
const DWELL_MS = 50_000;
const SUSPENDED_MS = 1_000;
/** From the end of a suspension until the replayed code is where it was. Assumed, of a function that is warm. */
const RESUME_MS = 250;

/** What was used: durable operations as they are charged, and how often and for how long the execution was suspended. */
export type Use = { operations: number; suspensions: number; suspendedMs: number };
export const unused = (): Use => ({ operations: 0, suspensions: 0, suspendedMs: 0 });

/** Has a workflow take the time that durable functions take, and counts their operations. */
export function metered(workflow: Workflow, clock: Clock, use: Use): Workflow {
  const checkpoint = () => clock.sleep(CHECKPOINT_MS);
  return {
    async step(name, run) {
      use.operations += 1;
      const result = await workflow.step(name, run);
      await checkpoint();
      return result;
    },
    async poll(name, look, options) {
      use.operations += 1;
      let dwelling = clock.now();
      const result = await workflow.poll(
        name,
        async () => {
          if (clock.now() - dwelling > DWELL_MS) {
            use.operations += 1;
            use.suspensions += 1;
            use.suspendedMs += SUSPENDED_MS;
            // The pause before this look was the suspension.
            await clock.sleep(RESUME_MS);
            dwelling = clock.now();
          }
          return look();
        },
        options,
      );
      await checkpoint();
      return result;
    },
    async waitForCallback(name, announce, options) {
      // The part around it, the callback, and the step that makes it known.
      use.operations += 3;
      return workflow.waitForCallback(name, announce, options);
    },
    async scope(name, run) {
      use.operations += 1;
      const result = await workflow.scope(name, (inner) => run(metered(inner, clock, use)));
      await checkpoint();
      return result;
    },
  };
}
