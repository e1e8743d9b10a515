import type { ErrorObject, Event, Operation, OperationUpdate } from "@aws-sdk/client-lambda";

export type EventContent = Omit<Event, "EventId" | "EventTimestamp">;

const succeeded = (payload: string | undefined) => ({ Result: { Payload: payload, Truncated: false } });
const failed = (error: ErrorObject | undefined) => ({ Error: { Payload: error, Truncated: false } });

/** What GetDurableExecutionHistory tells of an update; `operation` is the operation after it. */
export function eventOfUpdate(update: OperationUpdate, operation: Operation): EventContent | undefined {
  const { Id, ParentId, Name, SubType } = operation;
  const content = describe(update, operation);
  return content && { Id, ParentId, Name, SubType, ...content };
}

function describe(update: OperationUpdate, operation: Operation): EventContent | undefined {
  const { Payload, Error: error, StepOptions, CallbackOptions, WaitOptions } = update;
  const RetryDetails = {
    CurrentAttempt: operation.StepDetails?.Attempt,
    NextAttemptDelaySeconds: StepOptions?.NextAttemptDelaySeconds,
  };
  switch (`${update.Type}:${update.Action}`) {
    case "STEP:START":
      return { EventType: "StepStarted", StepStartedDetails: {} };
    case "STEP:SUCCEED":
      return { EventType: "StepSucceeded", StepSucceededDetails: { ...succeeded(Payload), RetryDetails } };
    case "STEP:FAIL":
      return { EventType: "StepFailed", StepFailedDetails: { ...failed(error), RetryDetails } };
    // A look that found nothing yet is an attempt that succeeded, and is retried all the same.
    case "STEP:RETRY":
      return error
        ? { EventType: "StepFailed", StepFailedDetails: { ...failed(error), RetryDetails } }
        : { EventType: "StepSucceeded", StepSucceededDetails: { ...succeeded(Payload), RetryDetails } };
    case "CONTEXT:START":
      return { EventType: "ContextStarted", ContextStartedDetails: {} };
    case "CONTEXT:SUCCEED":
      return { EventType: "ContextSucceeded", ContextSucceededDetails: succeeded(Payload) };
    case "CONTEXT:FAIL":
      return { EventType: "ContextFailed", ContextFailedDetails: failed(error) };
    case "WAIT:START":
      return {
        EventType: "WaitStarted",
        WaitStartedDetails: {
          Duration: WaitOptions?.WaitSeconds,
          ScheduledEndTimestamp: operation.WaitDetails?.ScheduledEndTimestamp,
        },
      };
    case "WAIT:CANCEL":
      return { EventType: "WaitCancelled", WaitCancelledDetails: {} };
    case "CALLBACK:START":
      return {
        EventType: "CallbackStarted",
        CallbackStartedDetails: {
          CallbackId: operation.CallbackDetails?.CallbackId,
          Timeout: CallbackOptions?.TimeoutSeconds,
          HeartbeatTimeout: CallbackOptions?.HeartbeatTimeoutSeconds,
        },
      };
    // The end of the execution itself is told once, by whatever ends it.
    default:
      return undefined;
  }
}

export function eventOfCallback(operation: Operation): EventContent {
  const { Id, ParentId, Name, SubType, CallbackDetails } = operation;
  const origin = { Id, ParentId, Name, SubType };
  switch (operation.Status) {
    case "SUCCEEDED":
      return {
        ...origin,
        EventType: "CallbackSucceeded",
        CallbackSucceededDetails: succeeded(CallbackDetails?.Result),
      };
    case "TIMED_OUT":
      return { ...origin, EventType: "CallbackTimedOut", CallbackTimedOutDetails: failed(CallbackDetails?.Error) };
    default:
      return { ...origin, EventType: "CallbackFailed", CallbackFailedDetails: failed(CallbackDetails?.Error) };
  }
}

export function eventOfEnd(
  status: "SUCCEEDED" | "FAILED" | "STOPPED" | "TIMED_OUT",
  { result, error }: { result?: string; error?: ErrorObject },
): EventContent {
  switch (status) {
    case "SUCCEEDED":
      return { EventType: "ExecutionSucceeded", ExecutionSucceededDetails: succeeded(result) };
    case "FAILED":
      return { EventType: "ExecutionFailed", ExecutionFailedDetails: failed(error) };
    case "STOPPED":
      return { EventType: "ExecutionStopped", ExecutionStoppedDetails: failed(error) };
    case "TIMED_OUT":
      return { EventType: "ExecutionTimedOut", ExecutionTimedOutDetails: failed(error) };
  }
}

/** The event as GetDurableExecutionHistory tells it to who did not ask for execution data. */
export function withoutData(event: Event): Event {
  return Object.fromEntries(
    Object.entries(event).map(([key, value]) => [key, key.endsWith("Details") ? withoutPayloads(value) : value]),
  );
}

function withoutPayloads(details: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(details).map(([key, value]) => [key, ["Input", "Result", "Error"].includes(key) ? {} : value]),
  );
}
