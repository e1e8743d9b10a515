import type { Operation, OperationUpdate } from "@aws-sdk/client-lambda";

const seconds = (from: Date, count = 0) => new Date(from.getTime() + count * 1000);

/** The operation after an update that `assertValidUpdate` let pass. `createCallbackId` is asked once a callback. */
export function applyUpdate(
  current: Operation | undefined,
  update: OperationUpdate,
  { now, createCallbackId }: { now: Date; createCallbackId: () => string },
): Operation {
  const { Id, ParentId, Name, Type, SubType } = update;
  const operation: Operation = current ?? { Id, ParentId, Name, Type, SubType, StartTimestamp: now, Status: "STARTED" };
  const { Attempt = 0 } = operation.StepDetails ?? {};
  const { Payload, Error: error } = update;
  const closed = (status: "SUCCEEDED" | "FAILED" | "CANCELLED"): Operation => ({
    ...operation,
    Status: status,
    EndTimestamp: now,
    ...(Type === "STEP" && { StepDetails: { Attempt: Attempt + 1, Result: Payload, Error: error } }),
    ...(Type === "CONTEXT" && {
      ContextDetails: { Result: Payload, Error: error, ReplayChildren: update.ContextOptions?.ReplayChildren },
    }),
  });

  switch (update.Action) {
    case "START":
      return {
        ...operation,
        Status: "STARTED",
        ...(Type === "WAIT" && {
          WaitDetails: { ScheduledEndTimestamp: seconds(now, update.WaitOptions?.WaitSeconds) },
        }),
        ...(Type === "CALLBACK" && { CallbackDetails: { CallbackId: createCallbackId() } }),
        ...(Type === "CONTEXT" && { ContextDetails: {} }),
      };
    case "RETRY":
      return {
        ...operation,
        Status: "PENDING",
        // The payload is the state of a wait for a condition: it stays when the next attempt starts.
        StepDetails: {
          Attempt: Attempt + 1,
          Result: Payload,
          Error: error,
          NextAttemptTimestamp: seconds(now, update.StepOptions?.NextAttemptDelaySeconds),
        },
      };
    case "SUCCEED":
      return closed("SUCCEEDED");
    case "FAIL":
      return closed("FAILED");
    case "CANCEL":
      return closed("CANCELLED");
    case undefined:
      throw new Error(`operation ${Id} has an update without an action`);
  }
}
