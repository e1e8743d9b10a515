import {
  CallbackTimeoutException$,
  type ErrorObject,
  type Operation,
  type OperationUpdate,
  ResourceNotFoundException$,
} from "@aws-sdk/client-lambda";
import { awsError } from "../../wire/errors.ts";
import type { World } from "../world.ts";
import { type Execution, isOver } from "./execution.ts";
import type { Executions } from "./executions.ts";
import { eventOfCallback } from "./history.ts";

export type Callbacks = {
  createId(): string;
  opened(execution: Execution, operation: Operation, update: OperationUpdate): void;
  complete(callbackId: string | undefined, outcome: CallbackOutcome): void;
  heartbeat(callbackId: string | undefined): void;
  /** The execution that a callback is of, open or not. */
  executionOf(callbackId: string): Execution | undefined;
};
export type CallbackOutcome =
  | { status: "SUCCEEDED"; result?: string }
  | { status: "FAILED" | "TIMED_OUT"; error?: ErrorObject };

type OpenCallback = { execution: Execution; operationId: string; heartbeatMs?: number };

export function createCallbacks(world: World, executions: Executions): Callbacks {
  const callbacks = new Map<string, OpenCallback>();

  /** Throws where the callback is unknown, or closed by anything. */
  function open(callbackId = ""): OpenCallback & { operation: Operation } {
    const callback = callbacks.get(callbackId);
    const operation = callback?.execution.operations.get(callback.operationId);
    if (!callback || !operation) throw awsError(ResourceNotFoundException$, `Callback not found: ${callbackId}`);
    callback.execution.timers.runDue();
    const current = callback.execution.operations.get(callback.operationId);
    if (isOver(callback.execution) || current?.Status !== "STARTED") {
      throw awsError(
        CallbackTimeoutException$,
        "The callback ID token has either expired or the callback associated with the token has already been closed.",
      );
    }
    return { ...callback, operation };
  }

  function close({ execution, operationId }: OpenCallback, outcome: CallbackOutcome): void {
    const operation = execution.operations.get(operationId);
    if (!operation) return;
    const { CallbackId } = operation.CallbackDetails ?? {};
    execution.timers.cancel(operationId);
    execution.timers.cancel(`${operationId} heartbeat`);
    const closed: Operation = {
      ...operation,
      Status: outcome.status,
      EndTimestamp: new Date(world.clock.now()),
      CallbackDetails:
        outcome.status === "SUCCEEDED"
          ? { CallbackId, Result: outcome.result }
          : { CallbackId, Error: outcome.error ?? {} },
    };
    executions.happen(execution, closed, eventOfCallback(closed));
  }

  const expect = (callback: OpenCallback, timer: string, ms: number, ErrorMessage: string) =>
    callback.execution.timers.set(timer, world.clock.now() + ms, () =>
      close(callback, { status: "TIMED_OUT", error: { ErrorMessage } }),
    );
  const expectHeartbeat = (callback: OpenCallback) => {
    if (!callback.heartbeatMs) return;
    expect(callback, `${callback.operationId} heartbeat`, callback.heartbeatMs, "Callback timed out on heartbeat");
  };

  return {
    createId: () => Buffer.from(world.ids.hex(48), "hex").toString("base64url"),

    opened(execution, { Id: operationId = "", CallbackDetails }, { CallbackOptions }) {
      const { TimeoutSeconds = 0, HeartbeatTimeoutSeconds = 0 } = CallbackOptions ?? {};
      const callback = { execution, operationId, heartbeatMs: HeartbeatTimeoutSeconds * 1000 };
      callbacks.set(CallbackDetails?.CallbackId ?? "", callback);
      if (TimeoutSeconds) expect(callback, operationId, TimeoutSeconds * 1000, "Callback timed out");
      expectHeartbeat(callback);
    },
    complete(callbackId, outcome) {
      close(open(callbackId), outcome);
    },
    heartbeat(callbackId) {
      expectHeartbeat(open(callbackId));
    },
    executionOf: (callbackId) => callbacks.get(callbackId)?.execution,
  };
}
