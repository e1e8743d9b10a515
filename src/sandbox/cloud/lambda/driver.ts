import type { ErrorObject } from "@aws-sdk/client-lambda";
import type { FunctionError } from "../../substrate/functions.ts";
import type { World } from "../world.ts";
import { type Execution, isOver, visibleOperations } from "./execution.ts";
import type { Executions } from "./executions.ts";
import type { RunFunction } from "./invocations.ts";
import { page } from "./page.ts";
import { createUuid } from "./uuid.ts";

/** Invokes the code of executions that have something to do. */
export type Driver = { wake(execution: Execution): void; stop(): void };

/** How many operations the event of an invocation carries; the code asks for the rest. */
const operationsPerEvent = 500;
const longestBackoffMs = 60_000;

type InvocationResult =
  | { Status: "PENDING" }
  | { Status: "SUCCEEDED"; Result?: string }
  | { Status: "FAILED"; Error?: ErrorObject };

export function createDriver(world: World, executions: Executions, run: RunFunction): Driver {
  let stopped = false;

  function wake(execution: Execution): void {
    if (stopped || isOver(execution) || execution.token || execution.timers.has("next invocation")) return;
    void invoke(execution);
  }

  async function invoke(execution: Execution): Promise<void> {
    const { definition, version, arn } = execution;
    const startedAt = new Date(world.clock.now());
    execution.token = createUuid(world.ids);
    execution.answered = undefined;
    const UpdatedOperationIds = [...execution.changed];
    execution.changed.clear();
    const { items, nextMarker } = page(visibleOperations(execution.operations), { maxItems: operationsPerEvent });
    const outcome = await run(
      { definition, version, qualifier: version },
      {
        DurableExecutionArn: arn,
        CheckpointToken: execution.token,
        InitialExecutionState: { Operations: items, NextMarker: nextMarker ?? "" },
        UpdatedOperationIds,
      },
    );
    execution.token = undefined;
    executions.record(execution, {
      EventType: "InvocationCompleted",
      InvocationCompletedDetails: {
        StartTimestamp: startedAt,
        EndTimestamp: new Date(world.clock.now()),
        RequestId: outcome.requestId,
        Error: outcome.ok ? undefined : { Payload: errorObject(outcome.error) },
      },
    });
    if (stopped || isOver(execution)) return;
    if (outcome.ok) settle(execution, outcome.payload);
    else tryAgain(execution);
  }

  function settle(execution: Execution, payload: unknown): void {
    if (!isInvocationResult(payload)) {
      const ErrorMessage = "The function did not answer as a durable function does.";
      executions.end(execution, "FAILED", { error: { ErrorType: "InvalidOutput", ErrorMessage } });
    } else if (payload.Status === "SUCCEEDED") {
      executions.end(execution, "SUCCEEDED", { result: payload.Result });
    } else if (payload.Status === "FAILED") {
      executions.end(execution, "FAILED", { error: payload.Error });
    } else {
      suspend(execution);
    }
  }

  function suspend(execution: Execution): void {
    const operations = [...execution.operations.values()];
    if (execution.changed.size > 0 || operations.some(({ Status }) => Status === "READY")) {
      wake(execution);
      return;
    }
    const waits = operations.some(
      ({ Type, Status }) => Status === "PENDING" || (Status === "STARTED" && (Type === "WAIT" || Type === "CALLBACK")),
    );
    // Lambda refuses "PENDING status with no pending operations", which counts as a failed invocation.
    if (waits) execution.failures = 0;
    else tryAgain(execution);
  }

  function tryAgain(execution: Execution): void {
    execution.failures += 1;
    const backoffMs = Math.min(world.latencies.lambda.retryMs * 2 ** (execution.failures - 1), longestBackoffMs);
    execution.timers.set("next invocation", world.clock.now() + backoffMs, () => wake(execution));
  }

  return {
    wake,
    stop() {
      stopped = true;
    },
  };
}

const errorObject = ({ errorType, errorMessage, trace }: FunctionError): ErrorObject => ({
  ErrorType: errorType,
  ErrorMessage: errorMessage,
  StackTrace: trace,
});

const isInvocationResult = (payload: unknown): payload is InvocationResult =>
  typeof payload === "object" &&
  payload !== null &&
  "Status" in payload &&
  ["PENDING", "SUCCEEDED", "FAILED"].includes(String(payload.Status));
