import { withDurableExecution } from "@aws/durable-execution-sdk-js";
import { InvokeCommand, SendDurableExecutionCallbackSuccessCommand } from "@aws-sdk/client-lambda";
import { systemClock } from "../../src/clock.ts";
import { durableWorkflow } from "../../src/engine/durable-workflow.ts";
import type { Workflow } from "../../src/engine/workflow.ts";
import { sandboxLambda } from "../sandbox/lambda/sandbox-lambda.ts";
import { workflowContract } from "./workflow-contract.ts";

workflowContract("Lambda durable functions", () => {
  let procedure: (workflow: Workflow) => Promise<unknown>;
  let outcome: { result: unknown } | { thrown: unknown } | undefined;
  const { lambda, client, ended } = sandboxLambda({
    runbook: () =>
      withDurableExecution(async (_input, context) => {
        outcome = await procedure(durableWorkflow(context, { clock: systemClock })).then(
          (result) => ({ result }),
          (thrown: unknown) => ({ thrown }),
        );
      }),
  });
  return {
    async run<Result>(run: (workflow: Workflow) => Promise<Result>) {
      procedure = run;
      const { DurableExecutionArn = "" } = await client.send(
        new InvokeCommand({ FunctionName: "runbook", Qualifier: "live", InvocationType: "Event" }),
      );
      await ended(DurableExecutionArn);
      if (!outcome) throw new Error("the execution ended before the procedure");
      if ("thrown" in outcome) throw outcome.thrown;
      return outcome.result as Result;
    },
    crash: () => void lambda.kill("runbook"),
    complete: (CallbackId) => void client.send(new SendDurableExecutionCallbackSuccessCommand({ CallbackId })),
  };
});
