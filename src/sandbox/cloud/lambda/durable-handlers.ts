import type * as lambda from "@aws-sdk/client-lambda";
import type { Handlers } from "../../wire/handlers.ts";
import type { World } from "../world.ts";
import type { Callbacks } from "./callbacks.ts";
import { assertCurrentToken, checkpoint } from "./checkpoint.ts";
import { type Execution, isOver, visibleOperations } from "./execution.ts";
import type { Executions } from "./executions.ts";
import type { FunctionRegistry } from "./functions.ts";
import { withoutData } from "./history.ts";
import { page } from "./page.ts";
import { invalid } from "./validate-update.ts";

type Context = { world: World; registry: FunctionRegistry; executions: Executions; callbacks: Callbacks };

/** The operations of durable executions, on the wire. */
export function createDurableHandlers(context: Context): Handlers<typeof lambda> {
  const { world, registry, executions, callbacks } = context;
  const functionArn = ({ definition, version }: Execution) => registry.arn(definition.functionName, version);

  return {
    CheckpointDurableExecution: (input) => checkpoint(context, running(input.DurableExecutionArn), input),

    GetDurableExecutionState({ DurableExecutionArn, CheckpointToken, Marker, MaxItems = 1000 }) {
      const execution = running(DurableExecutionArn);
      assertCurrentToken(execution, CheckpointToken);
      const operations = visibleOperations(execution.operations);
      const { items, nextMarker } = page(operations, { marker: Marker, maxItems: MaxItems });
      return { Operations: items, NextMarker: nextMarker };
    },

    GetDurableExecution({ DurableExecutionArn, IncludeExecutionData = true }) {
      const execution = executions.get(DurableExecutionArn);
      const { arn, name, version, input, status, startedAt, endedAt, result, error, definition } = execution;
      const { executionTimeoutSeconds, retentionPeriodInDays } = definition.durableConfig ?? {};
      return {
        DurableExecutionArn: arn,
        DurableExecutionName: name,
        FunctionArn: functionArn(execution),
        Version: version,
        Status: status,
        StartTimestamp: startedAt,
        EndTimestamp: endedAt,
        DurableConfig: { ExecutionTimeout: executionTimeoutSeconds, RetentionPeriodInDays: retentionPeriodInDays },
        ExecutionDataIncluded: IncludeExecutionData,
        ...(IncludeExecutionData && { InputPayload: input, Result: result, Error: error }),
      };
    },

    GetDurableExecutionHistory(input) {
      const { DurableExecutionArn, IncludeExecutionData, MaxItems = 100, Marker, ReverseOrder } = input;
      const { history } = executions.get(DurableExecutionArn);
      const events = IncludeExecutionData ? history : history.map(withoutData);
      const { items, nextMarker } = page(ReverseOrder ? events.toReversed() : events, {
        marker: Marker,
        maxItems: MaxItems,
      });
      return { Events: items, NextMarker: nextMarker };
    },

    ListDurableExecutionsByFunction(input) {
      const { FunctionName, Qualifier, Marker, MaxItems = 100, ReverseOrder } = input;
      const { definition, qualifier, version } = registry.resolve(FunctionName, Qualifier);
      const found = executions
        .all()
        .filter((execution) => execution.definition === definition)
        .filter((execution) => !qualifier || execution.version === version)
        .filter(matches(input));
      const { items, nextMarker } = page(ReverseOrder ? found.toReversed() : found, {
        marker: Marker,
        maxItems: MaxItems,
      });
      return {
        NextMarker: nextMarker,
        DurableExecutions: items.map((execution) => ({
          DurableExecutionArn: execution.arn,
          DurableExecutionName: execution.name,
          FunctionArn: functionArn(execution),
          Status: execution.status,
          StartTimestamp: execution.startedAt,
          EndTimestamp: execution.endedAt,
        })),
      };
    },

    StopDurableExecution({ DurableExecutionArn, Error: error }) {
      const execution = executions.get(DurableExecutionArn);
      executions.end(execution, "STOPPED", { error });
      return { StopTimestamp: execution.endedAt ?? new Date(world.clock.now()) };
    },

    SendDurableExecutionCallbackSuccess({ CallbackId, Result }) {
      const result = Result === undefined ? "" : Buffer.from(Result as Uint8Array).toString();
      callbacks.complete(CallbackId, { status: "SUCCEEDED", result: result || undefined });
      return {};
    },
    SendDurableExecutionCallbackFailure({ CallbackId, Error: error }) {
      callbacks.complete(CallbackId, { status: "FAILED", error });
      return {};
    },
    SendDurableExecutionCallbackHeartbeat({ CallbackId }) {
      callbacks.heartbeat(CallbackId);
      return {};
    },
  };

  /** To the code of an execution that is over, its token is what is wrong. */
  function running(arn: string | undefined): Execution {
    const execution = executions.all().find((each) => each.arn === arn);
    if (!execution) throw invalid(`Invalid durable execution ARN: ${arn}`);
    if (isOver(execution)) throw invalid("Invalid Checkpoint Token");
    return execution;
  }
}

const matches =
  ({ DurableExecutionName, Statuses, StartedAfter, StartedBefore }: lambda.ListDurableExecutionsByFunctionRequest) =>
  ({ name, status, startedAt }: Execution): boolean =>
    (!DurableExecutionName || name === DurableExecutionName) &&
    (!Statuses?.length || Statuses.includes(status)) &&
    (!StartedAfter || startedAt > StartedAfter) &&
    (!StartedBefore || startedAt < StartedBefore);
