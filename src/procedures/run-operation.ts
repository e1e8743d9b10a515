import type { Workflow } from "../engine/workflow.ts";
import type { ProcedureName } from "../operations/operation.ts";
import { OperationError } from "../operations/operation-error.ts";
import { afterFailure } from "./after-failure.ts";
import { type Ending, endings, problemOf } from "./endings.ts";
import { failureOf } from "./failure.ts";
import { firstStart } from "./first-start.ts";
import { maintenance } from "./maintenance.ts";
import { createOperationRun, isSuperseded, type OperationStart, type World } from "./operation-run.ts";
import type { Procedure } from "./procedure.ts";
import { rollback } from "./rollback.ts";
import { targetOf } from "./stored-configuration.ts";
import { takeOver } from "./take-over.ts";
import { upgrade } from "./upgrade.ts";

const procedures: Record<ProcedureName, Procedure> = { "first-start": firstStart, upgrade, maintenance, rollback };

export type { Ending };

/**
 * Runs an operation to one of its endings. The first run goes through its procedure; one of a later epoch takes over what another has left, from
 * the journal and the log alone.
 */
export async function runOperation({
  world,
  workflow,
  operationId,
  epoch = 1,
}: {
  world: World;
  workflow: Workflow;
  operationId: string;
  epoch?: number;
}): Promise<Ending> {
  let start: OperationStart;
  try {
    start = await workflow.step("load", () => load(world, operationId));
  } catch (thrown) {
    return holdUnread({ world, workflow, operationId, epoch }, thrown);
  }
  // Raised again before this run began: another one is in charge.
  if (start.epoch !== epoch) return { status: "superseded" };
  const op = createOperationRun(world, workflow, start);
  const end = endings(op);
  try {
    if (epoch > 1) return await takeOver(op, end, workflow);
    await workflow.step(
      "started",
      async () => void (await world.store.append(operationId, [{ type: "started", key: "started" }])),
    );
    try {
      const leftovers = await procedures[start.request.procedure].run(op);
      return await end.finished("succeeded", { leftovers });
    } catch (thrown) {
      if (isSuperseded(thrown)) throw thrown;
      return await afterFailure(op, end, failureOf(thrown));
    }
  } catch (thrown) {
    if (isSuperseded(thrown)) return { status: "superseded" };
    throw thrown;
  }
}

type Unread = { world: World; workflow: Workflow; operationId: string; epoch: number };

/**
 * A run that cannot read what its operation is does nothing but say so: it holds the operation, where its log can be read. Throws what it was
 * given where that is anything else.
 */
async function holdUnread({ world, workflow, operationId, epoch }: Unread, thrown: unknown): Promise<Ending> {
  const error = failureOf(thrown);
  if (error.code !== "unreadable-record") throw thrown;
  await workflow.step("hold", async () => {
    const problem = problemOf(error);
    const { target } = await world.store.append(operationId, [{ type: "held", key: `held/unread/${epoch}`, problem }]);
    world.alarm({ event: "operation-held", operation: operationId, target, problem });
  });
  return { status: "held" };
}

async function load(world: World, operationId: string): Promise<OperationStart> {
  const [state, control] = await Promise.all([world.store.get(operationId), world.store.control(operationId)]);
  if (!state) throw new OperationError(`there is no operation ${operationId}`, { code: "no-such-operation" });
  return {
    id: operationId,
    target: targetOf(operationId, control.configuration),
    request: state.request,
    requestedBy: state.requestedBy,
    epoch: control.epoch,
    actedOnAt: control.epoch > 1 ? control.decision?.at : undefined,
  };
}
