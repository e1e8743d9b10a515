import {
  SendDurableExecutionCallbackFailureCommand,
  SendDurableExecutionCallbackHeartbeatCommand,
  SendDurableExecutionCallbackSuccessCommand,
  StopDurableExecutionCommand,
} from "@aws-sdk/client-lambda";
import { expect, test } from "vitest";
import { systemClock } from "../../../src/clock.ts";
import { type Call, callback, executing, PENDING, SUCCEEDED, wait } from "./executing.ts";

/** Opens a callback and suspends; `meanwhile` is what others do with it. */
const opening =
  (options: Parameters<typeof callback>[1], meanwhile: (callbackId: string, call: Call) => Promise<void>) =>
  async (call: Call) => {
    const [operation] = await call.checkpoint(callback("cb", options));
    setTimeout(() => void meanwhile(operation?.CallbackDetails?.CallbackId ?? "", call), 0);
    return PENDING;
  };
const end = async () => SUCCEEDED;
const callbackOf = ({ calls }: { calls: Call[] }) => calls[1]?.operations.find(({ Id }) => Id === "cb");

test("a success wakes the execution with its result", async () => {
  const executed = await executing(
    opening({}, async (CallbackId, { sandbox: { client } }) => {
      await systemClock.sleep(5000);
      await client.send(new SendDurableExecutionCallbackSuccessCommand({ CallbackId, Result: '{"yes":1}' }));
    }),
    end,
  );
  expect(executed.passedMs).toEqual([0, 5000]);
  expect(callbackOf(executed)).toMatchObject({ Status: "SUCCEEDED", CallbackDetails: { Result: '{"yes":1}' } });
  expect(executed.events.map(({ EventType }) => EventType)).toContain("CallbackSucceeded");
});

test("a callback that was completed stays completed when its heartbeats stay away", async () => {
  const executed = await executing(
    opening({ HeartbeatTimeoutSeconds: 10, TimeoutSeconds: 20 }, async (CallbackId, { sandbox: { client } }) => {
      await client.send(new SendDurableExecutionCallbackSuccessCommand({ CallbackId, Result: "1" }));
    }),
    async ({ checkpoint }) => {
      await checkpoint(wait("later", 60));
      return PENDING;
    },
    end,
  );
  expect(executed.passedMs.at(-1)).toBe(60_000);
  expect(executed.events.map(({ EventType }) => EventType)).not.toContain("CallbackTimedOut");
});

test("a failure wakes the execution with its error", async () => {
  const executed = await executing(
    opening({}, async (CallbackId, { sandbox: { client } }) => {
      const error = { ErrorType: "Refused", ErrorMessage: "no" };
      await client.send(new SendDurableExecutionCallbackFailureCommand({ CallbackId, Error: error }));
    }),
    end,
  );
  expect(callbackOf(executed)).toMatchObject({ Status: "FAILED", CallbackDetails: { Error: { ErrorMessage: "no" } } });
});

test("a callback times out, and then nothing completes it any more", async () => {
  const refused: unknown[] = [];
  const executed = await executing(
    opening({ TimeoutSeconds: 60 }, async (CallbackId, { sandbox: { client } }) => {
      await systemClock.sleep(70_000);
      for (const command of [
        new SendDurableExecutionCallbackSuccessCommand({ CallbackId }),
        new SendDurableExecutionCallbackSuccessCommand({ CallbackId: "made-up" }),
      ]) {
        await client.send(command).catch((error: unknown) => refused.push(error));
      }
    }),
    async ({ checkpoint }) => {
      await checkpoint(wait("later", 60));
      return PENDING;
    },
    end,
  );
  expect(executed.passedMs).toEqual([0, 60_000, 120_000]);
  expect(callbackOf(executed)).toMatchObject({ Status: "TIMED_OUT" });
  expect(refused).toMatchObject([{ name: "CallbackTimeoutException" }, { name: "ResourceNotFoundException" }]);
});

test("heartbeats keep a callback open until they stay away", async () => {
  const executed = await executing(
    opening({ HeartbeatTimeoutSeconds: 10 }, async (CallbackId, { sandbox: { client } }) => {
      for (let beat = 1; beat <= 5; beat += 1) {
        await systemClock.sleep(8000);
        await client.send(new SendDurableExecutionCallbackHeartbeatCommand({ CallbackId }));
      }
    }),
    end,
  );
  expect(executed.passedMs).toEqual([0, 50_000]);
  expect(callbackOf(executed)?.CallbackDetails?.Error?.ErrorMessage).toBe("Callback timed out on heartbeat");
});

test("the callbacks of an execution that is over are closed", async () => {
  const refused: unknown[] = [];
  await executing(
    opening({}, async (CallbackId, { event, sandbox: { client } }) => {
      await client.send(new StopDurableExecutionCommand(event));
      const answer = new SendDurableExecutionCallbackSuccessCommand({ CallbackId });
      await client.send(answer).catch((error: unknown) => refused.push(error));
    }),
  );
  await expect.poll(() => refused).toMatchObject([{ name: "CallbackTimeoutException" }]);
});

test("a completion that comes while the code still runs is heard at its next checkpoint", async () => {
  const { calls } = await executing(async ({ checkpoint, sandbox: { client } }) => {
    const [operation] = await checkpoint(callback("cb"));
    const { CallbackId } = operation?.CallbackDetails ?? {};
    await client.send(new SendDurableExecutionCallbackSuccessCommand({ CallbackId, Result: "1" }));
    expect(await checkpoint()).toMatchObject([{ Id: "cb", Status: "SUCCEEDED" }]);
    return SUCCEEDED;
  });
  expect(calls).toHaveLength(1);
});
