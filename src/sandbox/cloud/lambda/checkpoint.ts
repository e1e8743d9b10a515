import type { CheckpointDurableExecutionRequest, Operation, OperationUpdate } from "@aws-sdk/client-lambda";
import type { World } from "../world.ts";
import { applyUpdate } from "./apply-update.ts";
import type { Callbacks } from "./callbacks.ts";
import { type CheckpointAnswer, type Execution, isOver } from "./execution.ts";
import type { Executions } from "./executions.ts";
import { eventOfUpdate } from "./history.ts";
import { createUuid } from "./uuid.ts";
import { assertValidUpdate, invalid } from "./validate-update.ts";

/** The quota of an execution; each operation and each further attempt of one counts. */
const maximumOperations = 3000;

type Context = { world: World; executions: Executions; callbacks: Callbacks };

/** Throws InvalidParameterValueException where the token is not the one that was given out last: the invocation is a zombie. */
export function assertCurrentToken(execution: Execution, token: string | undefined): void {
  if (isOver(execution) || !execution.token || execution.token !== token) throw invalid("Invalid Checkpoint Token");
}

/** All updates of a checkpoint are applied, or none. The answer carries what changed since the code was last told. */
export function checkpoint(
  { world, executions, callbacks }: Context,
  execution: Execution,
  { CheckpointToken: token = "", ClientToken: clientToken, Updates = [] }: CheckpointDurableExecutionRequest,
): CheckpointAnswer {
  const { answered } = execution;
  if (answered && clientToken && answered.token === token && answered.clientToken === clientToken) {
    return answered.answer;
  }
  assertCurrentToken(execution, token);
  execution.timers.runDue();

  const updates = Updates.map((update) => ofExecution(execution, update));
  const operations = new Map(execution.operations);
  const now = new Date(world.clock.now());
  const applied = updates.map((update) => {
    const { Id = "" } = update;
    assertValidUpdate(update, operations);
    const operation = applyUpdate(operations.get(Id), update, { now, createCallbackId: () => callbacks.createId() });
    operations.set(Id, operation);
    return { update, operation };
  });
  const count = updates.filter(({ Id = "", Action }) => Action === "RETRY" || !execution.operations.has(Id));
  const operationCount = execution.operationCount + new Set(count.map(({ Id }) => Id)).size;
  if (operationCount > maximumOperations) {
    throw invalid(`A durable execution has at most ${maximumOperations} operations.`);
  }

  execution.operations = operations;
  execution.operationCount = operationCount;
  if (updates.length > 0) execution.failures = 0;
  for (const { update, operation } of applied) accept(update, operation);
  if (isOver(execution)) return { CheckpointToken: token, NewExecutionState: { Operations: [] } };

  const Operations = [...execution.changed].flatMap((id) => execution.operations.get(id) ?? []);
  execution.changed.clear();
  execution.token = createUuid(world.ids);
  const answer = { CheckpointToken: execution.token, NewExecutionState: { Operations } };
  execution.answered = { token, clientToken, answer };
  return answer;

  function accept(update: OperationUpdate, operation: Operation): void {
    const { Id = "" } = operation;
    execution.changed.add(Id);
    const event = eventOfUpdate(update, operation);
    if (event) executions.record(execution, event);
    execution.timers.cancel(Id);
    if (operation.Status === "PENDING") wakeForAttempt(operation);
    if (operation.Type === "WAIT" && operation.Status === "STARTED") wakeAfterWait(operation);
    if (operation.Type === "CALLBACK" && update.Action === "START") callbacks.opened(execution, operation, update);
    if (operation.Type === "EXECUTION") {
      executions.end(execution, update.Action === "SUCCEED" ? "SUCCEEDED" : "FAILED", {
        result: update.Payload,
        error: update.Error,
      });
    }
  }

  function wakeForAttempt({ Id = "", StepDetails }: Operation): void {
    execution.timers.set(Id, StepDetails?.NextAttemptTimestamp?.getTime() ?? 0, () => {
      const operation = execution.operations.get(Id);
      if (!operation) return;
      const { NextAttemptTimestamp: _, ...details } = operation.StepDetails ?? {};
      executions.happen(execution, { ...operation, Status: "READY", StepDetails: details });
    });
  }

  function wakeAfterWait(wait: Operation): void {
    const { Id = "", ParentId, Name, SubType, WaitDetails, StartTimestamp } = wait;
    const dueAt = WaitDetails?.ScheduledEndTimestamp?.getTime() ?? 0;
    execution.timers.set(Id, dueAt, () => {
      const Duration = Math.round((dueAt - (StartTimestamp?.getTime() ?? dueAt)) / 1000);
      const ended: Operation = { ...wait, Status: "SUCCEEDED", EndTimestamp: new Date(world.clock.now()) };
      executions.happen(execution, ended, {
        ...{ Id, ParentId, Name, SubType },
        EventType: "WaitSucceeded",
        WaitSucceededDetails: { Duration },
      });
    });
  }
}

/** An update of type EXECUTION is about the execution itself, whatever id the code made up for it. */
const ofExecution = (execution: Execution, update: OperationUpdate): OperationUpdate =>
  update.Type === "EXECUTION" ? { ...update, Id: execution.executionOperationId } : update;
