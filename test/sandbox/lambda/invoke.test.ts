import { GetAliasCommand, GetFunctionCommand, InvokeCommand, ListFunctionsCommand } from "@aws-sdk/client-lambda";
import { describe, expect, test } from "vitest";
import { systemClock } from "../../../src/clock.ts";
import { inVirtualTime } from "../../virtual-time.ts";
import { runbook, sandboxLambda } from "./sandbox-lambda.ts";

const api = { ...runbook, functionName: "api", durableConfig: undefined, timeoutMs: 3000 };
const quick = {
  ...runbook,
  functionName: "quick",
  durableConfig: { executionTimeoutSeconds: 60, retentionPeriodInDays: 1 },
};

function setUp() {
  const calls: { event: unknown; at: number }[] = [];
  const handle = async (event: { do?: string }) => {
    calls.push({ event, at: systemClock.now() });
    if (event.do === "throw") throw new RangeError("too far");
    if (event.do === "hang") await new Promise(() => {});
    return { heard: event };
  };
  const durable = () => async (event: { InitialExecutionState: { Operations: { ExecutionDetails: object }[] } }) => {
    calls.push({ event: event.InitialExecutionState.Operations[0]?.ExecutionDetails, at: systemClock.now() });
    return { Status: "SUCCEEDED", Result: '"done"' };
  };
  const sandbox = sandboxLambda({ api: () => handle, runbook: durable, quick: durable }, [api, runbook, quick]);
  const invoke = (input: Partial<ConstructorParameters<typeof InvokeCommand>[0]>) =>
    sandbox.client.send(new InvokeCommand({ FunctionName: "api", ...input }));
  return { ...sandbox, calls, invoke };
}

describe("Invoke", () => {
  test("answers what the function returned", () =>
    inVirtualTime(async () => {
      const { invoke, calls } = setUp();
      const { StatusCode, Payload, ExecutedVersion } = await invoke({ Payload: '{"a":1}', Qualifier: "live" });
      expect(StatusCode).toBe(200);
      expect(ExecutedVersion).toBe("1");
      expect(JSON.parse(Payload!.transformToString())).toEqual({ heard: { a: 1 } });
      await invoke({});
      expect(calls.map(({ event }) => event)).toEqual([{ a: 1 }, {}]);
    }));

  test("answers a function's error with status 200 and the error as payload", () =>
    inVirtualTime(async () => {
      const { invoke, world } = setUp();
      const { StatusCode, FunctionError, Payload } = await invoke({ Payload: '{"do":"throw"}' });
      expect({ StatusCode, FunctionError }).toEqual({ StatusCode: 200, FunctionError: "Unhandled" });
      expect(JSON.parse(Payload!.transformToString())).toMatchObject({
        errorType: "RangeError",
        errorMessage: "too far",
      });
      expect(world.log.after()).toMatchObject([
        { kind: "function", functionName: "api", change: "invoked" },
        { kind: "function", functionName: "api", change: "returned", error: "RangeError: too far" },
      ]);
    }));

  test("ends an invocation at the function's time-out", () =>
    inVirtualTime(async () => {
      const { invoke, world } = setUp();
      const begun = systemClock.now();
      expect(await invoke({ Payload: '{"do":"hang"}' })).toMatchObject({ FunctionError: "Unhandled" });
      expect(systemClock.now() - begun).toBe(3000);
      expect(world.log.after().at(-1)).toMatchObject({ change: "timed-out" });
    }));

  test("runs an asynchronous invocation that fails twice more, after one and two minutes", () =>
    inVirtualTime(async () => {
      const { invoke, calls } = setUp();
      expect(await invoke({ InvocationType: "Event", Payload: '{"do":"throw"}' })).toMatchObject({ StatusCode: 202 });
      await systemClock.sleep(3_600_000);
      expect(calls.map(({ at }) => at - calls[0]!.at)).toEqual([0, 60_000, 180_000]);
    }));

  test("only checks a dry run", () =>
    inVirtualTime(async () => {
      const { invoke, calls } = setUp();
      expect(await invoke({ InvocationType: "DryRun" })).toMatchObject({ StatusCode: 204 });
      await expect(invoke({ InvocationType: "DryRun", FunctionName: "nobody" })).rejects.toThrow("Function not found");
      expect(calls).toEqual([]);
    }));

  test("a durable function invoked synchronously answers when its execution has ended", () =>
    inVirtualTime(async () => {
      const { invoke } = setUp();
      const { Payload, DurableExecutionArn } = await invoke({ FunctionName: "quick:live" });
      expect(Payload!.transformToString()).toBe('"done"');
      expect(DurableExecutionArn).toContain(":function:quick:1/durable-execution/");
    }));

  test.each([
    ["an unknown function", { FunctionName: "nobody" }, "ResourceNotFoundException"],
    ["an unknown alias", { Qualifier: "dead" }, "ResourceNotFoundException"],
    ["two qualifiers that differ", { FunctionName: "api:live", Qualifier: "1" }, "InvalidParameterValueException"],
    ["a payload that is not JSON", { Payload: "{" }, "InvalidRequestContentException"],
    [
      "a payload too large for an asynchronous invocation",
      { InvocationType: "Event", Payload: `"${"x".repeat(2 ** 20)}"` },
      "RequestTooLargeException",
    ],
    ["an unknown invocation type", { InvocationType: "Later" as "Event" }, "InvalidParameterValueException"],
    [
      "an execution name for a function that is not durable",
      { DurableExecutionName: "a" },
      "InvalidParameterValueException",
    ],
    [
      "an execution name with other characters",
      { FunctionName: "runbook:live", InvocationType: "Event", DurableExecutionName: "a b" },
      "InvalidParameterValueException",
    ],
    [
      "a durable function without a qualifier",
      { FunctionName: "runbook", InvocationType: "Event" },
      "InvalidParameterValueException",
    ],
    [
      "a synchronous start of an execution that may outlast 15 minutes",
      { FunctionName: "runbook:live" },
      "InvalidParameterValueException",
    ],
  ] as const)("refuses %s", (_what, input, error) =>
    inVirtualTime(async () => {
      const { invoke, calls } = setUp();
      await expect(invoke(input)).rejects.toMatchObject({ name: error });
      expect(calls).toEqual([]);
    }),
  );
});

describe("the start of a durable execution", () => {
  const start = {
    FunctionName: "runbook:live",
    InvocationType: "Event",
    DurableExecutionName: "op-1",
    Payload: '{"a":1}',
  } as const;

  test("is the same execution for the same name and payload, also after it ended", () =>
    inVirtualTime(async () => {
      const { invoke, calls } = setUp();
      const first = await invoke(start);
      expect(first.DurableExecutionArn).toMatch(
        /^arn:aws:lambda:eu-central-1:111122223333:function:runbook:1\/durable-execution\/op-1\/[0-9a-f-]{36}$/,
      );
      expect((await invoke(start)).DurableExecutionArn).toBe(first.DurableExecutionArn);
      await systemClock.sleep(60_000);
      expect((await invoke(start)).DurableExecutionArn).toBe(first.DurableExecutionArn);
      expect(calls).toHaveLength(1);
      expect(calls[0]?.event).toEqual({ InputPayload: '{"a":1}' });
    }));

  test("is refused for the same name with another payload", () =>
    inVirtualTime(async () => {
      const { invoke } = setUp();
      await invoke(start);
      await expect(invoke({ ...start, Payload: '{"a":2}' })).rejects.toMatchObject({
        name: "DurableExecutionAlreadyStartedException",
      });
    }));

  test("is a new execution once the retention of the old one is over", () =>
    inVirtualTime(async () => {
      const { invoke } = setUp();
      const first = await invoke(start);
      await systemClock.sleep(15 * 86_400_000);
      expect((await invoke({ ...start, Payload: '{"a":2}' })).DurableExecutionArn).not.toBe(first.DurableExecutionArn);
    }));
});

test("functions describe themselves", () =>
  inVirtualTime(async () => {
    const { client } = setUp();
    const { Configuration } = await client.send(new GetFunctionCommand({ FunctionName: "runbook", Qualifier: "live" }));
    expect(Configuration).toMatchObject({
      FunctionArn: "arn:aws:lambda:eu-central-1:111122223333:function:runbook:live",
      Version: "1",
      Timeout: 120,
      DurableConfig: { ExecutionTimeout: 7 * 86_400, RetentionPeriodInDays: 14 },
    });
    expect(await client.send(new GetAliasCommand({ FunctionName: "runbook", Name: "live" }))).toMatchObject({
      AliasArn: "arn:aws:lambda:eu-central-1:111122223333:function:runbook:live",
      FunctionVersion: "1",
    });
    const { Functions = [] } = await client.send(new ListFunctionsCommand({ MaxItems: 2 }));
    expect(Functions.map(({ FunctionName }) => FunctionName)).toEqual(["api", "runbook"]);
  }));
