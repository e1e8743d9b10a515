import { withDurableExecution } from "@aws/durable-execution-sdk-js";
import {
  GetDurableExecutionCommand,
  InvokeCommand,
  SendDurableExecutionCallbackSuccessCommand,
} from "@aws-sdk/client-lambda";
import { expect, test } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { durableWorkflow } from "../../src/engine/durable-workflow.ts";
import type { Look, Workflow } from "../../src/engine/workflow.ts";
import { sandboxLambda } from "../sandbox/lambda/sandbox-lambda.ts";
import { inVirtualTime } from "../virtual-time.ts";
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

/** Runs a procedure on one sandbox to the end of its execution. */
const execute = (procedure: (workflow: Workflow, attempt: number) => Promise<unknown>) =>
  inVirtualTime(async () => {
    let attempts = 0;
    const sandbox = sandboxLambda({
      runbook: () =>
        withDurableExecution(async (_input, context) => {
          attempts += 1;
          return procedure(durableWorkflow(context, { clock: systemClock }), attempts);
        }),
    });
    const start = new InvokeCommand({ FunctionName: "runbook:live", InvocationType: "Event" });
    const { DurableExecutionArn = "" } = await sandbox.client.send(start);
    await sandbox.ended(DurableExecutionArn);
    const execution = await sandbox.client.send(new GetDurableExecutionCommand({ DurableExecutionArn }));
    return { ...sandbox, execution, operationCount: sandbox.lambda.state().executions[0]?.operationCount ?? 0 };
  });

const notUntil = (readyAt: number) => async (): Promise<Look<string>> =>
  systemClock.now() < readyAt ? { done: false, seen: "not yet" } : { done: true, result: "ready" };

test("an hour of polling each second costs some seventy durable operations, of which an execution has 3,000", async () => {
  const { execution, operationCount } = await execute(async (workflow) => {
    const readyAt = await workflow.step("begin", async () => systemClock.now() + 3_600_000);
    return workflow.poll("ready", notUntil(readyAt), { everyMs: 1000, timeoutMs: 7_200_000 });
  });
  expect(execution.Result).toBe('"ready"');
  expect(operationCount).toBeGreaterThan(60);
  expect(operationCount).toBeLessThan(80);
});

test("a poll that begins late in an invocation suspends before the invocation's time is up", async () => {
  const { execution, world } = await execute(async (workflow) => {
    await workflow.step("long", () => systemClock.sleep(90_000));
    const readyAt = await workflow.step("begin", async () => systemClock.now() + 100_000);
    return workflow.poll("ready", notUntil(readyAt), { everyMs: 1000, timeoutMs: 200_000 });
  });
  expect(execution.Status).toBe("SUCCEEDED");
  const endings = world.log.after().flatMap((fact) => (fact.kind === "function" ? fact.change : []));
  expect(endings).not.toContain("timed-out");
});

test("a poll with long pauses sleeps them suspended, and not beyond its time-out", async () => {
  const looks: number[] = [];
  await execute(async (workflow) => {
    const look = async (): Promise<Look<never>> => {
      looks.push(systemClock.now());
      return { done: false, seen: "nothing" };
    };
    await workflow.poll("rare", look, { everyMs: 300_000, timeoutMs: 700_000 }).catch(() => {});
  });
  expect(looks.slice(1).map((at, i) => Math.floor((at - looks[i]!) / 1000))).toEqual([300, 300, 100]);
});

test("code that changed under an execution does not get another poll's result", async () => {
  const { execution } = await execute(async (workflow, attempt) => {
    const name = attempt === 1 ? "tasks stopped" : "snapshot available";
    await workflow.poll(name, notUntil(0), { everyMs: 1000, timeoutMs: 60_000 });
    await workflow.poll("later", notUntil(systemClock.now() + 60_000 / attempt), { everyMs: 1000, timeoutMs: 600_000 });
  });
  expect(execution).toMatchObject({
    Status: "FAILED",
    Error: { ErrorMessage: expect.stringContaining('expected poll "snapshot available", found "tasks stopped"') },
  });
});
