import {
  CheckpointDurableExecutionCommand,
  GetDurableExecutionCommand,
  GetDurableExecutionHistoryCommand,
  InvokeCommand,
  type Operation,
  type OperationUpdate,
} from "@aws-sdk/client-lambda";
import { systemClock } from "../../../src/clock.ts";
import { inVirtualTime } from "../../virtual-time.ts";
import { sandboxLambda } from "./sandbox-lambda.ts";

export type Sandbox = ReturnType<typeof sandboxLambda>;
export type DurableEvent = {
  DurableExecutionArn: string;
  CheckpointToken: string;
  InitialExecutionState: { Operations: Operation[]; NextMarker?: string };
  UpdatedOperationIds: string[];
};
/** One invocation, as its code sees it. */
export type Call = {
  sandbox: Sandbox;
  event: DurableEvent;
  at: number;
  operations: Operation[];
  token: () => string;
  /** Sends updates under the current token, keeps the next one, and answers the operations that changed. */
  checkpoint: (...updates: OperationUpdate[]) => Promise<Operation[]>;
};
export type Turn = (call: Call) => Promise<unknown>;

export const PENDING = { Status: "PENDING" };
export const SUCCEEDED = { Status: "SUCCEEDED", Result: "1" };

/** Runs an execution to its end; its code is one function for each invocation, the last for all further ones. */
export function executing(...turns: Turn[]) {
  return inVirtualTime(async () => {
    const calls: Call[] = [];
    const sandbox = sandboxLambda({
      runbook: () => async (event: DurableEvent) => {
        const { DurableExecutionArn } = event;
        let token = event.CheckpointToken;
        const call: Call = {
          sandbox,
          event,
          at: systemClock.now(),
          operations: event.InitialExecutionState.Operations,
          token: () => token,
          async checkpoint(...Updates) {
            const request = { DurableExecutionArn, CheckpointToken: token, Updates };
            const answer = await sandbox.client.send(new CheckpointDurableExecutionCommand(request));
            token = answer.CheckpointToken ?? "";
            return answer.NewExecutionState?.Operations ?? [];
          },
        };
        calls.push(call);
        return turns[Math.min(calls.length, turns.length) - 1]!(call);
      },
    });
    const { client, ended } = sandbox;
    const { DurableExecutionArn = "" } = await client.send(
      new InvokeCommand({
        ...{ FunctionName: "runbook:live", InvocationType: "Event" },
        ...{ DurableExecutionName: "op-1", Payload: '{"a":1}' },
      }),
    );
    await ended(DurableExecutionArn);
    const execution = await client.send(new GetDurableExecutionCommand({ DurableExecutionArn }));
    const { Events = [] } = await client.send(
      new GetDurableExecutionHistoryCommand({ DurableExecutionArn, IncludeExecutionData: true, MaxItems: 1000 }),
    );
    const recent = await client.send(
      new GetDurableExecutionHistoryCommand({ DurableExecutionArn, ReverseOrder: true, MaxItems: 3 }),
    );
    await systemClock.sleep(3 * 86_400_000);
    const later = await client.send(new GetDurableExecutionHistoryCommand({ DurableExecutionArn, MaxItems: 1000 }));
    const passedMs = calls.map(({ at }) => at - (calls[0]?.at ?? 0));
    return { ...sandbox, calls, execution, events: Events, laterEvents: later.Events ?? [], recent, passedMs };
  });
}

export const step = (Id: string, update: Partial<OperationUpdate> = {}): OperationUpdate => ({
  ...{ Id, Type: "STEP", SubType: "Step", Action: "START" },
  ...update,
});
export const succeed = (Id: string, Payload = "1") => step(Id, { Action: "SUCCEED", Payload });
export const retry = (Id: string, NextAttemptDelaySeconds: number, update: Partial<OperationUpdate> = {}) =>
  step(Id, { Action: "RETRY", StepOptions: { NextAttemptDelaySeconds }, ...update });
export const wait = (Id: string, WaitSeconds: number): OperationUpdate => ({
  ...{ Id, Type: "WAIT", SubType: "Wait", Action: "START" },
  WaitOptions: { WaitSeconds },
});
export const context = (Id: string, update: Partial<OperationUpdate> = {}): OperationUpdate => ({
  ...{ Id, Type: "CONTEXT", SubType: "RunInChildContext", Action: "START" },
  ...update,
});
export const callback = (Id: string, CallbackOptions: OperationUpdate["CallbackOptions"] = {}): OperationUpdate => ({
  ...{ Id, Type: "CALLBACK", SubType: "Callback", Action: "START", Name: "approval" },
  CallbackOptions,
});
