import { setTimeout as sleep } from "node:timers/promises";
import { type Decision, isSettled } from "../../src/operations/operation.ts";
import type { OperationState } from "../../src/operations/state.ts";
import { operatorOf } from "../real/noticeboard-procedures.ts";
import type { NoticeboardSandbox } from "../real/noticeboard-sandbox.ts";

const LOOK_EVERY_MS = 500;

/** Follows an operation by its records, which answer whatever becomes of the API's workers. */
export function createPatientOperator(sandbox: NoticeboardSandbox, target: string, signal: AbortSignal) {
  const operator = operatorOf(sandbox);
  const { store } = sandbox;

  return {
    start: async (request: Record<string, unknown>) => (await operator.start(target, request)).id,
    decide: (id: string, decision: Decision) => operator.decide(id, decision, "done"),
    /** Resolves when nothing more happens by itself; what asks for people is answered as `answer` says. */
    async untilSettled(id: string, answer: (state: OperationState) => Promise<unknown>): Promise<OperationState> {
      let answered = 0;
      for (;;) {
        await sleep(LOOK_EVERY_MS, undefined, { signal });
        const state = await store.get(id);
        if (!state) throw new Error(`the store does not know ${id}`);
        if (isSettled(state.status)) return state;
        if (state.status !== "waiting" || state.waits.length <= answered) continue;
        answered = state.waits.length;
        await answer(state);
      }
    },
  };
}
