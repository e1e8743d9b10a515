import {
  DurableExecutionAlreadyStartedException$,
  type ErrorObject,
  type Operation,
  ResourceNotFoundException$,
} from "@aws-sdk/client-lambda";
import { awsError } from "../../wire/errors.ts";
import type { World } from "../world.ts";
import { createDueTimers } from "./due-timers.ts";
import { type Execution, isOver } from "./execution.ts";
import type { FunctionRegistry, ResolvedFunction } from "./functions.ts";
import { type EventContent, eventOfEnd } from "./history.ts";
import { createUuid } from "./uuid.ts";
import { invalid } from "./validate-update.ts";

/** What EventBridge tells as "Durable Execution Status Change". */
export type ExecutionStatusChange = {
  durableExecutionArn: string;
  durableExecutionName: string;
  functionArn: string;
  status: Execution["status"];
  startTimestamp: Date;
  endTimestamp?: Date;
  /** The event that started the execution: what a dead-letter queue gets where it ended badly. */
  input: string;
};

export type Executions = {
  /** The same name with the same input is the same execution, until its retention ends. */
  start(request: { function: ResolvedFunction; name?: string; input: string }): Execution;
  get(arn: string | undefined): Execution;
  all(): Execution[];
  record(execution: Execution, event: EventContent): void;
  /** Something happened to an operation by itself or from outside: its code is woken to see it. */
  happen(execution: Execution, operation: Operation, event?: EventContent): void;
  end(
    execution: Execution,
    status: "SUCCEEDED" | "FAILED" | "STOPPED" | "TIMED_OUT",
    outcome: { result?: string; error?: ErrorObject },
  ): void;
  onStatus(listener: (change: ExecutionStatusChange) => void): () => void;
};

const dayMs = 86_400_000;

export function createExecutions(
  world: World,
  registry: FunctionRegistry,
  wake: (execution: Execution) => void,
): Executions {
  const byArn = new Map<string, Execution>();
  const listeners = new Set<(change: ExecutionStatusChange) => void>();
  const now = () => new Date(world.clock.now());

  const executions: Executions = {
    start({ function: { definition, version }, name = createUuid(world.ids), input }) {
      if (!/^[A-Za-z0-9_-]{1,64}$/.test(name)) {
        throw invalid(`DurableExecutionName '${name}' does not match [a-zA-Z0-9-_]+ of 1 to 64 characters`);
      }
      const holder = executions.all().find((execution) => execution.name === name);
      if (holder) {
        const same = holder.input === input && holder.definition === definition;
        if (same) return holder;
        throw awsError(
          DurableExecutionAlreadyStartedException$,
          `Durable execution ${name} was already started with another payload: ${holder.arn}`,
        );
      }
      const functionArn = registry.arn(definition.functionName, version);
      const arn = `${functionArn}/durable-execution/${name}/${createUuid(world.ids)}`;
      const execution = createExecution({ arn, name, definition, version, input });
      byArn.set(arn, execution);
      announce(execution);
      const { executionTimeoutSeconds } = definition.durableConfig ?? { executionTimeoutSeconds: 0 };
      executions.record(execution, {
        Id: execution.executionOperationId,
        EventType: "ExecutionStarted",
        ExecutionStartedDetails: { Input: { Payload: input }, ExecutionTimeout: executionTimeoutSeconds },
      });
      execution.timers.set("execution time-out", world.clock.now() + executionTimeoutSeconds * 1000, () =>
        executions.end(execution, "TIMED_OUT", { error: { ErrorMessage: "Execution timed out" } }),
      );
      wake(execution);
      return execution;
    },

    get(arn = "") {
      const execution = byArn.get(arn);
      if (!execution || isForgotten(execution)) {
        throw awsError(ResourceNotFoundException$, `Durable execution not found: ${arn}`);
      }
      return execution;
    },

    all: () => [...byArn.values()].filter((execution) => !isForgotten(execution)),

    record(execution, event) {
      execution.history.push({ ...event, EventId: execution.history.length + 1, EventTimestamp: now() });
    },

    happen(execution, operation, event) {
      const { Id = "" } = operation;
      execution.operations.set(Id, operation);
      execution.changed.add(Id);
      if (event) executions.record(execution, event);
      wake(execution);
    },

    end(execution, status, { result, error }) {
      if (isOver(execution)) return;
      const endedAt = now();
      Object.assign(execution, { status, endedAt, result, error, token: undefined });
      execution.timers.cancelAll();
      executions.record(execution, {
        Id: execution.executionOperationId,
        ...eventOfEnd(status, { result, error }),
      });
      announce(execution);
    },

    onStatus(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  return executions;

  function createExecution(given: Pick<Execution, "arn" | "name" | "definition" | "version" | "input">): Execution {
    const Id = createUuid(world.ids);
    const root: Operation = {
      Id,
      Type: "EXECUTION",
      Status: "STARTED",
      StartTimestamp: now(),
      ExecutionDetails: { InputPayload: given.input },
    };
    return {
      ...given,
      startedAt: now(),
      status: "RUNNING",
      operations: new Map([[Id, root]]),
      executionOperationId: Id,
      operationCount: 0,
      history: [],
      changed: new Set(),
      failures: 0,
      timers: createDueTimers(world),
    };
  }

  function isForgotten({ endedAt, definition }: Execution): boolean {
    const retentionMs = (definition.durableConfig?.retentionPeriodInDays ?? 0) * dayMs;
    return endedAt !== undefined && world.clock.now() > endedAt.getTime() + retentionMs;
  }

  function announce(execution: Execution): void {
    const { arn, name, definition, version, status, startedAt, endedAt, input } = execution;
    world.log.append({ kind: "execution", executionArn: arn, status });
    const change = {
      durableExecutionArn: arn,
      durableExecutionName: name,
      functionArn: registry.arn(definition.functionName, version),
      status,
      startTimestamp: startedAt,
      endTimestamp: endedAt,
      input,
    };
    for (const listener of listeners) listener(change);
  }
}
