import { type DurableLambdaHandler, withDurableExecution } from "@aws/durable-execution-sdk-js";
import { systemClock } from "../clock.ts";
import { durableWorkflow } from "./durable-workflow.ts";
import type { Workflow } from "./workflow.ts";

/** What starts a durable execution: everything else about the operation is in its store. The first run of an operation has the epoch 1. */
export type RunbookInput = { operationId: string; epoch: number };

/** The handler of the Lambda function that hosts `run`. What `run` throws fails the execution. */
export const durableRunbook = (
  run: (workflow: Workflow, input: RunbookInput) => Promise<unknown>,
): DurableLambdaHandler =>
  withDurableExecution(async (input: unknown, context) => {
    if (!isRunbookInput(input)) {
      throw new Error(`expected an input {"operationId": "…", "epoch"?: 2}, found ${JSON.stringify(input)}`);
    }
    const { operationId, epoch = 1 } = input;
    return run(durableWorkflow(context, { clock: systemClock }), { operationId, epoch });
  });

const isRunbookInput = (input: unknown): input is { operationId: string; epoch?: number } =>
  typeof input === "object" &&
  input !== null &&
  "operationId" in input &&
  typeof input.operationId === "string" &&
  (!("epoch" in input) || Number.isInteger(input.epoch));
