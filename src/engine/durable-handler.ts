import { type DurableLambdaHandler, withDurableExecution } from "@aws/durable-execution-sdk-js";
import { systemClock } from "../clock.ts";
import { durableWorkflow } from "./durable-workflow.ts";
import type { Workflow } from "./workflow.ts";

/** What starts a durable execution: everything else about the operation is in its store. */
export type RunbookInput = { operationId: string };

/** The handler of the Lambda function that hosts `run`. What `run` throws fails the execution. */
export const durableRunbook = (
  run: (workflow: Workflow, input: RunbookInput) => Promise<unknown>,
): DurableLambdaHandler =>
  withDurableExecution(async (input: unknown, context) => {
    if (!isRunbookInput(input)) {
      throw new Error(`expected an input {"operationId": "…"}, found ${JSON.stringify(input)}`);
    }
    return run(durableWorkflow(context, { clock: systemClock }), { operationId: input.operationId });
  });

const isRunbookInput = (input: unknown): input is RunbookInput =>
  typeof input === "object" && input !== null && "operationId" in input && typeof input.operationId === "string";
