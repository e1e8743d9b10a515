import type * as sdk from "@aws-sdk/client-lambda";
import { arn } from "../../world.ts";
import { type Demand, type Demands, withoutResource } from "../demand.ts";
import type { Known } from "../known.ts";

const NAME = /^(?:(?:arn:aws:lambda:[^:]*:)?\d{12}:function:)?(?<name>[^:]+)(?::(?<qualifier>.+))?$/;

/**
 * Lambda. A function that is called by an alias or a version is judged on the qualified ARN, and the calls of a durable execution on the execution's
 * own, `function:NAME:VERSION/durable-execution/…`: `function:NAME` alone allows neither.
 */
export function lambdaDemands({ world, lambda }: Known): Demands<typeof sdk> {
  const on =
    (action: string) =>
    (reference = "", wanted?: string): Demand[] => {
      const { name = reference, qualifier = wanted } = NAME.exec(reference)?.groups ?? {};
      const resource = arn(world, "lambda", `function:${name}${qualifier ? `:${qualifier}` : ""}`);
      return [{ action: `lambda:${action}`, resource }];
    };
  const onExecution =
    (action: string) =>
    (executionArn = ""): Demand[] => [{ action: `lambda:${action}`, resource: executionArn }];
  const onCallback =
    (action: string) =>
    ({ CallbackId = "" }: { CallbackId?: string }): Demand[] => {
      const unknown = arn(world, "lambda", "function:*");
      return onExecution(action)(lambda.executionOfCallback(CallbackId) ?? unknown);
    };

  return {
    ...withoutResource("lambda", "ListFunctions", "CreateEventSourceMapping", "ListEventSourceMappings"),
    Invoke: ({ FunctionName, Qualifier }) => on("InvokeFunction")(FunctionName, Qualifier),
    GetFunction: ({ FunctionName, Qualifier }) => on("GetFunction")(FunctionName, Qualifier),
    GetFunctionConfiguration: ({ FunctionName, Qualifier }) => on("GetFunctionConfiguration")(FunctionName, Qualifier),
    GetAlias: ({ FunctionName }) => on("GetAlias")(FunctionName),
    ListDurableExecutionsByFunction: ({ FunctionName, Qualifier }) =>
      on("ListDurableExecutionsByFunction")(FunctionName, Qualifier),
    CheckpointDurableExecution: ({ DurableExecutionArn }) =>
      onExecution("CheckpointDurableExecution")(DurableExecutionArn),
    GetDurableExecutionState: ({ DurableExecutionArn }) => onExecution("GetDurableExecutionState")(DurableExecutionArn),
    GetDurableExecution: ({ DurableExecutionArn }) => onExecution("GetDurableExecution")(DurableExecutionArn),
    GetDurableExecutionHistory: ({ DurableExecutionArn }) =>
      onExecution("GetDurableExecutionHistory")(DurableExecutionArn),
    StopDurableExecution: ({ DurableExecutionArn }) => onExecution("StopDurableExecution")(DurableExecutionArn),
    SendDurableExecutionCallbackSuccess: onCallback("SendDurableExecutionCallbackSuccess"),
    SendDurableExecutionCallbackFailure: onCallback("SendDurableExecutionCallbackFailure"),
    SendDurableExecutionCallbackHeartbeat: onCallback("SendDurableExecutionCallbackHeartbeat"),
  };
}
