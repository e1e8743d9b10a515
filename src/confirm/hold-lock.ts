import { operationRequestSchema } from "../operations/operation.ts";
import type { OperationStore } from "../operations/store.ts";
import type { Target } from "../targets/schema.ts";
import type { ChangeJournal } from "./change-journal.ts";

type Options = {
  store: OperationStore;
  table: string;
  target: Target;
  run: string;
  callerArn: string;
  make: ChangeJournal["make"];
};

/**
 * Holds the target's lock as an operation that nothing runs: whoever starts one meanwhile is told of it, and at the end it was refused.
 * Answers who holds it otherwise.
 */
export async function holdLock({ store, table, target, run, callerArn, make }: Options): Promise<string | undefined> {
  const created = await make({ kind: "lock", table, target: target.name, operation: run }, () =>
    store.create({
      id: run,
      target: target.name,
      request: operationRequestSchema.parse({
        procedure: "maintenance",
        traffic: "open",
        snapshot: "none",
        comment: "npm run confirm measures on this target: nothing runs this operation",
      }),
      requestedBy: { kind: "iam", id: callerArn, name: callerArn.split("/").at(-1) ?? callerArn, details: {} },
      configuration: target,
      idempotencyKey: run,
    }),
  );
  return created.outcome === "locked" ? created.holder : undefined;
}
