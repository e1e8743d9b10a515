import { CheckpointDurableExecutionCommand, GetDurableExecutionStateCommand } from "@aws-sdk/client-lambda";
import { describe, expect, test } from "vitest";
import { type Call, executing, PENDING, retry, SUCCEEDED, step, succeed, wait } from "./executing.ts";

describe("a checkpoint", () => {
  test("consumes its token: a stale one is refused, as a zombie's is", async () => {
    const refused: unknown[] = [];
    let zombie: Call | undefined;
    await executing(
      async (call) => {
        zombie = call;
        const { checkpoint, event, sandbox } = call;
        const { client, lambda } = sandbox;
        await checkpoint(step("a"));
        const stale = new CheckpointDurableExecutionCommand({ ...event, Updates: [succeed("a")] });
        await client.send(stale).catch((error: unknown) => refused.push(error));
        lambda.kill("runbook");
      },
      async ({ sandbox: { client } }) => {
        const late = { ...zombie!.event, CheckpointToken: zombie!.token() };
        const commands = [
          new CheckpointDurableExecutionCommand({ ...late, Updates: [succeed("a")] }),
          new GetDurableExecutionStateCommand(late),
        ] as const;
        await client.send(commands[0]).catch((error: unknown) => refused.push(error));
        await client.send(commands[1]).catch((error: unknown) => refused.push(error));
        return SUCCEEDED;
      },
    );
    const invalidToken = { name: "InvalidParameterValueException", message: "Invalid Checkpoint Token" };
    expect(refused).toMatchObject([invalidToken, invalidToken, invalidToken]);
  });

  test("whose answer was lost is answered the same again", async () => {
    const { events } = await executing(async ({ event, sandbox: { client } }) => {
      const request = { ...event, ClientToken: "once", Updates: [step("a")] };
      const first = await client.send(new CheckpointDurableExecutionCommand(request));
      const again = await client.send(new CheckpointDurableExecutionCommand(request));
      expect(again.CheckpointToken).toBe(first.CheckpointToken);
      expect(again.NewExecutionState).toEqual(first.NewExecutionState);
      return SUCCEEDED;
    });
    expect(events.filter(({ EventType }) => EventType === "StepStarted")).toHaveLength(1);
  });

  test("applies all of its updates or none", async () => {
    await executing(async ({ event, checkpoint, sandbox: { client } }) => {
      await expect(checkpoint(step("a"), step("b", { ParentId: "nobody" }))).rejects.toThrow(
        "Invalid parent operation id",
      );
      const { Operations = [] } = await client.send(new GetDurableExecutionStateCommand(event));
      expect(Operations).toHaveLength(1);
      return SUCCEEDED;
    });
  });

  test.each([
    ["a step that was started", step("started")],
    ["the end of a step that ended", succeed("done")],
    ["the retry of a step without a delay", step("started", { Action: "RETRY" })],
    ["a wait for no time", wait("w", 0)],
    ["the success of a wait", { ...wait("w", 1), Action: "SUCCEED" as const }],
    ["another type of operation under the same id", { ...wait("started", 1) }],
    ["a step inside a step", step("x", { ParentId: "started" })],
    ["a payload beside an error", step("started", { Action: "FAIL", Payload: "1", Error: { ErrorMessage: "no" } })],
    ["a chained invocation", { ...step("c"), Type: "CHAINED_INVOKE" as const }],
  ])("refuses %s", async (_what, update) => {
    await executing(async ({ checkpoint }) => {
      await checkpoint(step("started"), step("done"), succeed("done"));
      await expect(checkpoint(update)).rejects.toMatchObject({ name: "InvalidParameterValueException" });
      return SUCCEEDED;
    });
  });

  test("is refused after 3,000 operations, repeated attempts included", async () => {
    await executing(async ({ checkpoint }) => {
      for (let i = 0; i < 2998; i += 200) {
        await checkpoint(...Array.from({ length: Math.min(200, 2998 - i) }, (_, n) => step(`s${i + n}`)));
      }
      await checkpoint(retry("s0", 1));
      await checkpoint(step("last"));
      await expect(checkpoint(step("too many"))).rejects.toThrow("at most 3000 operations");
      return SUCCEEDED;
    });
  });

  test("can cancel a wait, which then ends nothing any more", async () => {
    const { events, passedMs } = await executing(
      async ({ checkpoint }) => {
        await checkpoint(wait("w", 60), wait("v", 120));
        await checkpoint({ ...wait("w", 60), Action: "CANCEL" });
        return PENDING;
      },
      async () => SUCCEEDED,
    );
    expect(passedMs).toEqual([0, 120_000]);
    expect(events.map(({ EventType }) => EventType)).toContain("WaitCancelled");
  });

  test("can end the execution with a result that no answer could carry", async () => {
    const { execution } = await executing(async ({ checkpoint }) => {
      await checkpoint({ Id: "made-up", Type: "EXECUTION", Action: "SUCCEED", Payload: '"large"' });
      return { Status: "SUCCEEDED", Result: "" };
    });
    expect(execution).toMatchObject({ Status: "SUCCEEDED", Result: '"large"' });
  });
});
