import {
  GetDurableExecutionStateCommand,
  InvokeCommand,
  ListDurableExecutionsByFunctionCommand,
  StopDurableExecutionCommand,
} from "@aws-sdk/client-lambda";
import { describe, expect, test } from "vitest";
import { systemClock } from "../../../src/clock.ts";
import { inVirtualTime } from "../../virtual-time.ts";
import { context, executing, PENDING, retry, SUCCEEDED, step, succeed, type Turn, wait } from "./executing.ts";
import { sandboxLambda } from "./sandbox-lambda.ts";

const statusesOf = (operations: { Id?: string; Status?: string }[]) =>
  Object.fromEntries(operations.map(({ Id, Status }) => [Id, Status]));

describe("an invocation of a durable function", () => {
  test("carries the execution first, timestamps as text, and what happened meanwhile", async () => {
    const { calls } = await executing(
      async ({ checkpoint }) => {
        await checkpoint(step("a"), wait("w", 60));
        return PENDING;
      },
      async () => SUCCEEDED,
    );
    const [first, second] = calls;
    expect(first?.operations).toEqual([
      {
        ...{ Id: expect.any(String), Type: "EXECUTION", Status: "STARTED" },
        StartTimestamp: "2026-01-15T02:00:00.000Z",
        ExecutionDetails: { InputPayload: '{"a":1}' },
      },
    ]);
    expect(second?.event.UpdatedOperationIds).toEqual(["w"]);
    expect(second?.operations[2]).toMatchObject({
      Id: "w",
      WaitDetails: { ScheduledEndTimestamp: "2026-01-15T02:01:00.000Z" },
    });
  });

  test("comes back when the next attempt is due, with the payload of the retry as state", async () => {
    const { calls, passedMs } = await executing(
      async ({ checkpoint }) => {
        await checkpoint(step("a"), retry("a", 10, { Payload: '"state"' }));
        return PENDING;
      },
      async ({ checkpoint }) => {
        const [started] = await checkpoint(step("a"));
        expect(started).toMatchObject({ Status: "STARTED", StepDetails: { Attempt: 1, Result: '"state"' } });
        await checkpoint(succeed("a"));
        return SUCCEEDED;
      },
    );
    expect(passedMs).toEqual([0, 10_000]);
    expect(calls[1]?.operations[1]).toMatchObject({ Status: "READY", StepDetails: { Attempt: 1, Result: '"state"' } });
    expect(calls[1]?.operations[1]?.StepDetails).not.toHaveProperty("NextAttemptTimestamp");
  });

  test("that goes on meanwhile hears of it by an empty checkpoint, and is not invoked beside itself", async () => {
    const heard: unknown[] = [];
    const { calls } = await executing(async ({ checkpoint }) => {
      await checkpoint(step("a"), retry("a", 5), wait("w", 3));
      heard.push(statusesOf(await checkpoint()));
      await systemClock.sleep(20_000);
      heard.push(statusesOf(await checkpoint()));
      return SUCCEEDED;
    });
    expect(heard).toEqual([{}, { a: "READY", w: "SUCCEEDED" }]);
    expect(calls).toHaveLength(1);
  });

  test("is repeated at once when something happened after its last checkpoint", async () => {
    const { passedMs } = await executing(
      async ({ checkpoint }) => {
        await checkpoint(wait("w", 3));
        await systemClock.sleep(20_000);
        return PENDING;
      },
      async () => SUCCEEDED,
    );
    expect(passedMs).toEqual([0, 20_000]);
  });

  test("that only looks suspends until the next thing happens", async () => {
    const { passedMs, calls } = await executing(
      async ({ checkpoint }) => {
        await checkpoint(wait("short", 60), wait("long", 120));
        return PENDING;
      },
      async () => PENDING,
      async () => SUCCEEDED,
    );
    expect(passedMs).toEqual([0, 60_000, 120_000]);
    expect(calls.map(({ event }) => event.UpdatedOperationIds)).toEqual([[], ["short"], ["long"]]);
  });

  test("that suspends well starts the pauses over", async () => {
    const fail = () => Promise.reject(new Error("no memory"));
    const { passedMs } = await executing(
      async ({ checkpoint }) => {
        await checkpoint(wait("w", 60), wait("v", 120));
        return PENDING;
      },
      fail,
      async () => PENDING,
      fail,
      async () => SUCCEEDED,
    );
    expect(passedMs).toEqual([0, 60_000, 61_000, 120_000, 121_000]);
  });

  test.each<[string, Turn]>([
    ["is killed", async ({ sandbox }) => void sandbox.lambda.kill("runbook")],
    ["throws", async () => Promise.reject(new Error("no memory"))],
    ["answers PENDING with nothing pending", async () => PENDING],
  ])("that %s is repeated after one second, then after twice as long", async (_how, turn) => {
    const { passedMs, execution } = await executing(turn, turn, turn, async () => SUCCEEDED);
    expect(passedMs).toEqual([0, 1000, 3000, 7000]);
    expect(execution.Status).toBe("SUCCEEDED");
  });

  test("whose time is up is killed and repeated, and progress starts the pauses over", async () => {
    const hang = () => new Promise(() => {});
    const { passedMs, world } = await executing(
      hang,
      async ({ checkpoint }) => {
        await checkpoint(step("a"));
        return hang();
      },
      async () => SUCCEEDED,
    );
    expect(passedMs).toEqual([0, 121_000, 242_000]);
    expect(world.log.after().filter((fact) => fact.kind === "function" && fact.change === "timed-out")).toHaveLength(2);
  });

  test("that answers as an ordinary function fails the execution", async () => {
    const { execution } = await executing(async () => ({ statusCode: 200 }));
    expect(execution).toMatchObject({ Status: "FAILED", Error: { ErrorType: "InvalidOutput" } });
  });
});

describe("the state", () => {
  test("hides what is inside a finished context, unless it asked for its children", async () => {
    const { calls } = await executing(
      async ({ checkpoint }) => {
        await checkpoint(context("closed"), context("inner", { ParentId: "closed" }), step("x", { ParentId: "inner" }));
        await checkpoint(
          context("open"),
          step("y", { ParentId: "open" }),
          context("kept"),
          step("z", { ParentId: "kept" }),
        );
        await checkpoint(
          context("closed", { Action: "SUCCEED", Payload: "1" }),
          context("kept", { Action: "SUCCEED", Payload: "", ContextOptions: { ReplayChildren: true } }),
          wait("w", 1),
        );
        return PENDING;
      },
      async () => SUCCEEDED,
    );
    expect(calls[1]?.operations.map(({ Id }) => Id).slice(1)).toEqual(["closed", "open", "y", "kept", "z", "w"]);
  });

  test("comes in pages where it is long", async () => {
    await executing(
      async ({ checkpoint }) => {
        for (const part of [1, 2, 3]) await checkpoint(...Array.from({ length: 250 }, (_, i) => step(`${part}-${i}`)));
        await checkpoint(wait("w", 1));
        return PENDING;
      },
      async ({ event, operations, sandbox: { client } }) => {
        expect(operations).toHaveLength(500);
        const { Operations = [], NextMarker } = await client.send(
          new GetDurableExecutionStateCommand({ ...event, Marker: event.InitialExecutionState.NextMarker }),
        );
        expect(Operations).toHaveLength(252);
        expect(NextMarker).toBeUndefined();
        return SUCCEEDED;
      },
    );
  });
});

describe("an execution", () => {
  test("tells its history", async () => {
    const { events, recent } = await executing(
      async ({ checkpoint }) => {
        await checkpoint(step("a", { Name: "act" }), retry("a", 2, { Error: { ErrorMessage: "throttled" } }));
        return PENDING;
      },
      async ({ checkpoint }) => {
        await checkpoint(step("a", { Name: "act" }), succeed("a", '"done"'));
        return { Status: "FAILED", Error: { ErrorType: "Refused", ErrorMessage: "no" } };
      },
    );
    expect(events).toMatchObject([
      { EventId: 1, EventType: "ExecutionStarted", ExecutionStartedDetails: { Input: { Payload: '{"a":1}' } } },
      { EventId: 2, EventType: "StepStarted", Id: "a", Name: "act" },
      {
        EventType: "StepFailed",
        StepFailedDetails: {
          Error: { Payload: { ErrorMessage: "throttled" } },
          RetryDetails: { CurrentAttempt: 1, NextAttemptDelaySeconds: 2 },
        },
      },
      { EventType: "InvocationCompleted" },
      { EventType: "StepStarted" },
      { EventType: "StepSucceeded", StepSucceededDetails: { Result: { Payload: '"done"' } } },
      { EventType: "InvocationCompleted" },
      { EventType: "ExecutionFailed", ExecutionFailedDetails: { Error: { Payload: { ErrorMessage: "no" } } } },
    ]);
    const { Events = [], NextMarker } = recent;
    expect(Events.map(({ EventId }) => EventId)).toEqual([8, 7, 6]);
    expect(Events[2]?.StepSucceededDetails?.Result).toEqual({});
    expect(NextMarker).toBe("3");
  });

  test("that is stopped ends without running its code, which then finds its token invalid", async () => {
    const refused: unknown[] = [];
    const { execution, calls, world } = await executing(async ({ event, checkpoint, sandbox: { client } }) => {
      await client.send(new StopDurableExecutionCommand({ ...event, Error: { ErrorMessage: "by hand" } }));
      await checkpoint(step("a")).catch((error: unknown) => refused.push(error));
      return SUCCEEDED;
    });
    expect(execution).toMatchObject({ Status: "STOPPED", Error: { ErrorMessage: "by hand" } });
    expect(refused).toMatchObject([{ message: "Invalid Checkpoint Token" }]);
    expect(calls).toHaveLength(1);
    const statuses = world.log.after().flatMap((fact) => (fact.kind === "execution" ? fact.status : []));
    expect(statuses).toEqual(["RUNNING", "STOPPED"]);
  });

  test("that outlasts its time is TIMED_OUT, and nothing wakes it any more", async () => {
    const { execution, passedMs, laterEvents, events } = await executing(async ({ checkpoint }) => {
      await checkpoint(wait("w", 8 * 86_400));
      return PENDING;
    });
    expect(laterEvents).toHaveLength(events.length);
    expect(execution.Status).toBe("TIMED_OUT");
    expect(execution.EndTimestamp!.getTime() - execution.StartTimestamp!.getTime()).toBe(7 * 86_400_000);
    expect(passedMs).toEqual([0]);
  });

  test("is listed by function, status and name, newest first where asked", () =>
    inVirtualTime(async () => {
      const { client, ended } = sandboxLambda({
        runbook:
          () =>
          async (event: { InitialExecutionState: { Operations: { ExecutionDetails?: { InputPayload: string } }[] } }) =>
            event.InitialExecutionState.Operations[0]?.ExecutionDetails?.InputPayload === '"fail"'
              ? { Status: "FAILED" }
              : SUCCEEDED,
      });
      for (const [DurableExecutionName, Payload] of [
        ["a", '"go"'],
        ["b", '"fail"'],
        ["c", '"go"'],
      ]) {
        const start = { FunctionName: "runbook:live", InvocationType: "Event", DurableExecutionName, Payload } as const;
        const { DurableExecutionArn = "" } = await client.send(new InvokeCommand(start));
        await ended(DurableExecutionArn);
      }
      const list = async (filter: object) => {
        const command = new ListDurableExecutionsByFunctionCommand({ FunctionName: "runbook", ...filter });
        const { DurableExecutions = [] } = await client.send(command);
        return DurableExecutions.map(({ DurableExecutionName, Status }) => `${DurableExecutionName} ${Status}`);
      };
      expect(await list({ ReverseOrder: true })).toEqual(["c SUCCEEDED", "b FAILED", "a SUCCEEDED"]);
      expect(await list({ Statuses: ["FAILED"] })).toEqual(["b FAILED"]);
      expect(await list({ DurableExecutionName: "c", Qualifier: "live" })).toEqual(["c SUCCEEDED"]);
      expect(await list({ Qualifier: "$LATEST" })).toEqual([]);
    }));

  test("that nobody knows is not found", () =>
    inVirtualTime(async () => {
      const { client } = sandboxLambda({});
      const stop = new StopDurableExecutionCommand({ DurableExecutionArn: "arn:aws:lambda:x" });
      await expect(client.send(stop)).rejects.toMatchObject({ name: "ResourceNotFoundException" });
    }));
});
