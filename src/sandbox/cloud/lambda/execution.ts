import type { ErrorObject, Event, ExecutionStatus, Operation } from "@aws-sdk/client-lambda";
import type { DueTimers } from "./due-timers.ts";
import type { FunctionDefinition } from "./functions.ts";

/** One durable execution: everything that Lambda remembers about it. */
export type Execution = {
  readonly arn: string;
  readonly name: string;
  readonly definition: FunctionDefinition;
  readonly version: string;
  readonly input: string;
  readonly startedAt: Date;
  status: ExecutionStatus;
  endedAt?: Date;
  result?: string;
  error?: ErrorObject;
  /** By id, in the order in which they began. The first is the execution itself. */
  operations: Map<string, Operation>;
  readonly executionOperationId: string;
  /** Operations begun and attempts repeated, which is what the quota counts. */
  operationCount: number;
  readonly history: Event[];
  /** Operations that changed since the function's code was last told. */
  readonly changed: Set<string>;
  /** What the next checkpoint has to show; undefined while no invocation runs. */
  token?: string;
  /** The last checkpoint accepted, for a client that did not hear the answer and sends it again. */
  answered?: { token: string; clientToken?: string; answer: CheckpointAnswer };
  /** Invocations that failed since something was last accomplished. */
  failures: number;
  /** What is going to happen by itself: due attempts, ends of waits, time-outs. */
  readonly timers: DueTimers;
};

export type CheckpointAnswer = { CheckpointToken: string; NewExecutionState: { Operations: Operation[] } };

export const isOver = ({ status }: Execution): boolean => status !== "RUNNING";

const finishedContext: (Operation["Status"] | undefined)[] = ["SUCCEEDED", "FAILED"];

/** The operations that the code needs to replay: what happened inside a finished context is in its result, unless it asks for its children. */
export function visibleOperations(operations: ReadonlyMap<string, Operation>): Operation[] {
  const hidden = new Set<string>();
  return [...operations.values()].filter((operation) => {
    const parent = operation.ParentId ? operations.get(operation.ParentId) : undefined;
    if (!parent?.Id) return true;
    const hides = finishedContext.includes(parent.Status) && !parent.ContextDetails?.ReplayChildren;
    if (!hides && !hidden.has(parent.Id)) return true;
    hidden.add(operation.Id ?? "");
    return false;
  });
}
