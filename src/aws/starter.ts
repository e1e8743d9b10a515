import {
  CallbackTimeoutException,
  DurableExecutionAlreadyStartedException,
  InvokeCommand,
  type LambdaClient,
  ResourceNotFoundException,
  SendDurableExecutionCallbackSuccessCommand,
} from "@aws-sdk/client-lambda";
import { executionName } from "../operations/take-over.ts";

/** Sets the runbook going. Both are safe to call again. */
export type Starter = {
  /** Starts the durable execution that is an operation's run of this epoch, unless it was started before. */
  start(operationId: string, epoch: number): Promise<void>;
  /** Wakes an execution that waits for a callback; one that no longer waits has been woken already. */
  wake(callbackId: string): Promise<void>;
};

/** `functionName` carries the alias or version: a durable execution stays on the code it began with. */
export function createStarter({ lambda, functionName }: { lambda: LambdaClient; functionName: string }): Starter {
  return {
    async start(operationId, epoch) {
      try {
        await lambda.send(
          new InvokeCommand({
            FunctionName: functionName,
            InvocationType: "Event",
            // The same name and payload are the same execution, so both must be the same bytes each time.
            DurableExecutionName: executionName(operationId, epoch),
            Payload: JSON.stringify(epoch === 1 ? { operationId } : { operationId, epoch }),
          }),
        );
      } catch (error) {
        if (!(error instanceof DurableExecutionAlreadyStartedException)) throw error;
      }
    },

    async wake(callbackId) {
      try {
        await lambda.send(new SendDurableExecutionCallbackSuccessCommand({ CallbackId: callbackId }));
      } catch (error) {
        // A callback that was completed, or whose time was up, is gone: the execution goes on and reads the decision itself.
        if (error instanceof CallbackTimeoutException || error instanceof ResourceNotFoundException) return;
        throw error;
      }
    },
  };
}
