import type { Workflow } from "../engine/workflow.ts";
import type { Problem } from "../operations/event.ts";
import type { ProcedureName } from "../operations/operation.ts";
import { OperationError } from "../operations/operation-error.ts";
import type { Target } from "../targets/schema.ts";
import type { Before } from "./before.ts";
import { failureAfter, failureOf } from "./failure.ts";
import type { Leftover } from "./finish.ts";
import { stopUnverifiedLeader } from "./leader-service.ts";
import {
  createOperationRun,
  isSuperseded,
  type OperationRun,
  type OperationStart,
  type World,
} from "./operation-run.ts";
import type { Procedure } from "./procedure.ts";
import { putBack } from "./put-back.ts";
import { upgrade } from "./upgrade.ts";
import { whatIsTrue } from "./what-is-true.ts";

const procedures: Record<ProcedureName, Procedure> = { upgrade };

export type Ending = { status: "succeeded" | "rolled-back" | "refused" | "held" | "superseded" };

/**
 * Runs an operation to one of its endings. Which one a failure leads to depends on what is true of the data, not on what failed:
 * untouched data lets everything go back by itself, data that the new version may have touched holds the page for a person, and an open
 * site stays open.
 */
export async function runOperation({
  world,
  workflow,
  operationId,
}: {
  world: World;
  workflow: Workflow;
  operationId: string;
}): Promise<Ending> {
  const start = await workflow.step("load", () => load(world, operationId));
  await workflow.step(
    "started",
    async () => void (await world.store.append(operationId, [{ type: "started", key: "started" }])),
  );
  const op = createOperationRun(world, workflow, start);
  const end = ending(op);
  try {
    return await succeedOrFail(op, end, procedures[start.request.procedure]);
  } catch (thrown) {
    if (isSuperseded(thrown)) return { status: "superseded" };
    throw thrown;
  }
}

async function succeedOrFail(op: OperationRun, end: ReturnType<typeof ending>, procedure: Procedure): Promise<Ending> {
  try {
    const leftovers = await procedure.run(op);
    return await end.finished("succeeded", { leftovers });
  } catch (thrown) {
    if (isSuperseded(thrown)) throw thrown;
    return failed(op, end, failureOf(thrown));
  }
}

async function failed(op: OperationRun, end: ReturnType<typeof ending>, error: OperationError): Promise<Ending> {
  const { point, before } = op;
  if (point === "untouched" || !before) return end.finished("refused", { problem: problemOf(error) });
  if (point === "open")
    return end.finished("succeeded", {
      leftovers: [{ what: error.message, fix: error.hint ?? "Compare the target's settings with those before" }],
    });
  if (!(await isDataUntouched(op, error))) return end.held(await withoutGuard(op, before, error));
  op.startGoingBack();
  try {
    const leftovers = await op.phase("put-back", putBack(before));
    return await end.finished("rolled-back", { problem: problemOf(error), leftovers });
  } catch (thrown) {
    if (isSuperseded(thrown)) throw thrown;
    const failure = failureAfter(error, { doing: "putting back", second: thrown });
    return end.held(failure, { dataIsUntouched: failure.code !== "leader-in-doubt" });
  }
}

/** Nobody looks after a held operation's leader: one in its service must not be there to be replaced. */
async function withoutGuard(op: OperationRun, before: Before, error: OperationError): Promise<OperationError> {
  if (op.target.leader !== "service" || op.point !== "no-return" || !(await op.leaderNeedsGuard())) return error;
  op.startGoingBack();
  try {
    await op.phase("put-back", stopUnverifiedLeader(before));
    return error;
  } catch (thrown) {
    if (isSuperseded(thrown)) throw thrown;
    return failureAfter(error, { doing: "stopping the leader's service", second: thrown });
  }
}

/** Past the point of no return that takes proof: no leader was ever asked for, or ECS says that it never ran. */
async function isDataUntouched({ point, leaderWasAskedFor }: OperationRun, { code }: OperationError): Promise<boolean> {
  if (point === "undoable") return true;
  return point === "no-return" && (code === "leader-never-ran" || !(await leaderWasAskedFor()));
}

function ending(op: OperationRun) {
  return {
    async finished(
      status: "succeeded" | "rolled-back" | "refused",
      { problem, leftovers = [] }: { problem?: Problem; leftovers?: Leftover[] },
    ): Promise<Ending> {
      await op.conclude("finish", async () => {
        await op.store.append(op.id, [
          ...leftovers.map((leftover, index) => ({
            type: "leftover" as const,
            key: `leftover/${index + 1}`,
            ...leftover,
          })),
          { type: "finished", key: "finished", status, problem },
        ]);
        await op.store.unlock(op.target.name, op.id);
        if (leftovers.length)
          op.alarm({ event: "operation-left-something", operation: op.id, target: op.target.name, leftovers });
      });
      return { status };
    },
    /** The lock stays: the target's state is for a person to judge, and nothing may steal it. */
    async held(error: OperationError, { dataIsUntouched = false } = {}): Promise<Ending> {
      await op.conclude("hold", async () => {
        const state = await op.store.get(op.id);
        const problem = problemOf(error, state && whatIsTrue(state, { failure: error.code, dataIsUntouched }));
        await op.store.append(op.id, [{ type: "held", key: "held", problem }]);
        op.alarm({ event: "operation-held", operation: op.id, target: op.target.name, problem });
      });
      return { status: "held" };
    },
  };
}

const problemOf = (error: OperationError, hint?: string): Problem => ({
  code: error.code,
  message: error.message,
  hint: [error.hint, hint].filter(Boolean).join("\n") || undefined,
  details: error.details,
});

async function load(world: World, operationId: string): Promise<OperationStart> {
  const [state, control] = await Promise.all([world.store.get(operationId), world.store.control(operationId)]);
  if (!state) throw new OperationError(`there is no operation ${operationId}`, { code: "no-such-operation" });
  return {
    id: operationId,
    target: control.configuration as Target,
    request: state.request,
    requestedBy: state.requestedBy,
    epoch: control.epoch,
  };
}
