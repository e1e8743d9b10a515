import type { Problem } from "../operations/event.ts";
import type { OperationError } from "../operations/operation-error.ts";
import type { Leftover } from "./leftovers.ts";
import type { OperationRun } from "./operation-run.ts";
import { whatIsTrue } from "./what-is-true.ts";

export type Ending = { status: "succeeded" | "rolled-back" | "refused" | "held" | "superseded" };
export type Endings = ReturnType<typeof endings>;

/** How a run of an operation comes to its end, with the truth. */
export function endings(op: OperationRun) {
  return {
    async finished(
      status: "succeeded" | "rolled-back" | "refused",
      { problem, leftovers = [] }: { problem?: Problem; leftovers?: Leftover[] },
    ): Promise<Ending> {
      await op.conclude("finish", async () => {
        await op.store.append(op.id, [
          ...leftovers.map((leftover, index) => ({
            type: "leftover" as const,
            key: `${op.leg}leftover/${index + 1}`,
            ...leftover,
          })),
          { type: "finished", key: "finished", status, problem },
        ]);
        await op.store.unlock(op.target.name, op.id);
        if (leftovers.length)
          op.alarm({ event: "operation-left-something", operation: op.id, target: op.target.name, leftovers });
        await op.store.leaveLine(op.id);
      });
      return { status };
    },
    /** The lock stays: the target's state is for a person to judge, and nothing may steal it. */
    async held(error: OperationError, { dataIsUntouched = false } = {}): Promise<Ending> {
      await op.conclude("hold", async () => {
        const state = await op.store.get(op.id);
        const problem = problemOf(error, state && whatIsTrue(state, { failure: error.code, dataIsUntouched }));
        await op.store.append(op.id, [{ type: "held", key: `${op.leg}held`, problem }]);
        op.alarm({ event: "operation-held", operation: op.id, target: op.target.name, problem });
        await op.store.leaveLine(op.id);
      });
      return { status: "held" };
    },
  };
}

export const problemOf = (error: OperationError, hint?: string): Problem => ({
  code: error.code,
  message: error.message,
  hint: [error.hint, hint].filter(Boolean).join("\n") || undefined,
  details: error.details,
});
