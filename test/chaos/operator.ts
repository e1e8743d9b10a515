import { setTimeout as sleep } from "node:timers/promises";
import { type Decision, isSettled } from "../../src/operations/operation.ts";
import type { OperationState } from "../../src/operations/state.ts";
import { operatorOf } from "../real/noticeboard-procedures.ts";
import type { NoticeboardSandbox } from "../real/noticeboard-sandbox.ts";

const LOOK_EVERY_MS = 500;

/** Asks as any client of an API must that may be answered 5xx at any time: until it has an answer, and never twice for the same. */
export function createPatientOperator(sandbox: NoticeboardSandbox, target: string, signal: AbortSignal) {
  const operator = operatorOf(sandbox);
  const { store } = sandbox;

  async function insist<Result>(
    ask: () => Promise<Result>,
    already: () => Promise<Result | undefined>,
  ): Promise<Result> {
    for (;;) {
      try {
        return await ask();
      } catch (error) {
        if (!/was answered 5\d\d/.test(String(error))) throw error;
        await sleep(LOOK_EVERY_MS, undefined, { signal });
        const result = await already();
        if (result !== undefined) return result;
      }
    }
  }

  return {
    start: async (request: Record<string, unknown>) => {
      const before = (await store.list(target, { limit: 1 }))[0]?.id;
      const newest = async () => {
        const id = (await store.list(target, { limit: 1 }))[0]?.id;
        return id === before ? undefined : id;
      };
      return insist(async () => (await operator.start(target, request)).id, newest);
    },
    decide: (id: string, decision: Decision) =>
      insist<unknown>(
        () => operator.decide(id, decision, "done").then(() => true),
        async () => (await store.get(id))?.decision?.decision === decision || undefined,
      ),
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
